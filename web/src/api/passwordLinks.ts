/** One-time links by which a person chooses a new password. */
import { answer, client } from './client';

/** The only answer that holds the link; the old password stops working now. */
export const createPasswordLink = (tenantId: number, memberId: string) =>
  answer(client.POST('/tenants/{tenantId}/members/{memberId}/passwordLink', { params: { path: { tenantId, memberId } } }));

export const redeemPasswordLink = (body: { token: string; newPassword: string }) =>
  answer(client.POST('/passwordLinks/use', { body }));
