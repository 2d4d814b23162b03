/** The calls that the portal makes, one function each, named after the operation. */
import { answer, client } from '../api/client';
import type { components } from '../api/schema.gen';

type Schemas = components['schemas'];
export type Me = Schemas['Me'];
export type MyMembership = Schemas['MyMembership'];
export type Colleague = Schemas['Colleague'];
export type VisibleDepartment = Schemas['VisibleDepartment'];
export type ReceivedMessage = Schemas['ReceivedMessage'];

export const getMe = () => answer(client.GET('/me'));

export const getMyMembership = (tenantId: number) =>
  answer(client.GET('/me/tenants/{tenantId}', { params: { path: { tenantId } } }));

export const listVisibleDepartments = (tenantId: number, parentId?: string) =>
  answer(
    client.GET('/me/tenants/{tenantId}/departments', {
      params: { path: { tenantId }, query: { ...(parentId && { parentId }) } },
    }),
  );

export const listColleagues = (
  tenantId: number,
  query: { q?: string | undefined; departmentId?: string | undefined; cursor?: string | undefined },
) => {
  const { q, departmentId, cursor } = query;
  const asked = { limit: 50, ...(q && { q }), ...(departmentId && { departmentId }), ...(cursor && { cursor }) };
  return answer(client.GET('/me/tenants/{tenantId}/colleagues', { params: { path: { tenantId }, query: asked } }));
};

export const listReceivedMessages = (tenantId: number, cursor?: string) =>
  answer(
    client.GET('/me/tenants/{tenantId}/messages', {
      params: { path: { tenantId }, query: { limit: 20, ...(cursor && { cursor }) } },
    }),
  );

export const createSession = (body: { username: string; password: string }) =>
  answer(client.POST('/sessions', { body }));

export const getDingTalkSignIn = (tenantId: number) =>
  answer(client.GET('/dingtalkSignIn/{tenantId}', { params: { path: { tenantId } } }));

export const createDingTalkSession = (body: { tenantId: number; code: string }) =>
  answer(client.POST('/sessions/dingtalk', { body }));

export const createDingTalkScan = (body: { tenantId: number; returnTo: string }) =>
  answer(client.POST('/dingtalkScans', { body }));

export const createDingTalkScanSession = (body: { tenantId: number; code: string; state: string }) =>
  answer(client.POST('/sessions/dingtalkScan', { body }));

export const deleteCurrentSession = () => answer(client.DELETE('/sessions/current'));

export const changePassword = (body: { currentPassword: string; newPassword: string }) =>
  answer(client.POST('/me/password', { body }));

export const listMySessions = () => answer(client.GET('/me/sessions'));

export const endMySession = (sessionId: string) =>
  answer(client.DELETE('/me/sessions/{sessionId}', { params: { path: { sessionId } } }));

export const endMyOtherSessions = () => answer(client.DELETE('/me/sessions'));
