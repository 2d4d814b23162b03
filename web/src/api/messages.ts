/** Messages, and what became of them at each person. */
import { answer, client } from './client';
import type { DeliveryState, NewMessage } from './model';

/** A second call with the same key is the same message, so that a broken line sends nothing twice. */
export const sendMessage = (tenantId: number, body: NewMessage, idempotencyKey: string) =>
  answer(
    client.POST('/tenants/{tenantId}/messages', {
      params: { path: { tenantId }, header: { 'Idempotency-Key': idempotencyKey } },
      body,
    }),
  );

/** The newest first. */
export const listMessages = (tenantId: number, cursor?: string, limit = 30) =>
  answer(client.GET('/tenants/{tenantId}/messages', { params: { path: { tenantId }, query: { limit, ...(cursor && { cursor }) } } }));

export const getMessage = (tenantId: number, messageId: string) =>
  answer(client.GET('/tenants/{tenantId}/messages/{messageId}', { params: { path: { tenantId, messageId } } }));

export const listRecipients = (tenantId: number, messageId: string, state?: DeliveryState, cursor?: string) =>
  answer(
    client.GET('/tenants/{tenantId}/messages/{messageId}/recipients', {
      params: { path: { tenantId, messageId }, query: { limit: 50, ...(state && { state }), ...(cursor && { cursor }) } },
    }),
  );

/** DingTalk takes back what it delivered within a day; says which of its tasks it did, and which it refused. */
export const recallMessage = (tenantId: number, messageId: string) =>
  answer(client.POST('/tenants/{tenantId}/messages/{messageId}/recall', { params: { path: { tenantId, messageId } } }));

/** Once more to those whom it did not reach. */
export const resendMessage = (tenantId: number, messageId: string) =>
  answer(client.POST('/tenants/{tenantId}/messages/{messageId}/resend', { params: { path: { tenantId, messageId } } }));
