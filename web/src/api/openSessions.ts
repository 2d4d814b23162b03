/** The sessions that are open: one's own, and a member's for administrators. */
import { answer, client } from './client';

export const listMySessions = () => answer(client.GET('/me/sessions'));

export const endMySession = (sessionId: string) => answer(client.DELETE('/me/sessions/{sessionId}', { params: { path: { sessionId } } }));

export const endMyOtherSessions = () => answer(client.DELETE('/me/sessions'));

export const listMemberSessions = (tenantId: number, memberId: string) =>
  answer(client.GET('/tenants/{tenantId}/members/{memberId}/sessions', { params: { path: { tenantId, memberId } } }));

export const endMemberSession = (tenantId: number, memberId: string, sessionId: string) =>
  answer(
    client.DELETE('/tenants/{tenantId}/members/{memberId}/sessions/{sessionId}', {
      params: { path: { tenantId, memberId, sessionId } },
    }),
  );

export const endMemberSessions = (tenantId: number, memberId: string) =>
  answer(client.DELETE('/tenants/{tenantId}/members/{memberId}/sessions', { params: { path: { tenantId, memberId } } }));
