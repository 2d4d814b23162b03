/** Departments and members. Lists and profiles come with masked numbers; a whole one is asked for one by one. */
import { answer, client } from './client';
import type { ChangeMember, MemberQuery } from './model';

const masked = 'masked' as const;

export const listDepartments = (tenantId: number) =>
  answer(client.GET('/tenants/{tenantId}/departments', { params: { path: { tenantId } } }));

/** How many departments a level or a search gives at once. */
const PLACES = 500;

/** Departments by their place in the tree: a level, those with a name, or those with these ids; the tops without any. */
export const listDepartmentPlaces = (tenantId: number, query: { parentId?: string; q?: string; id?: string[] }) =>
  answer(client.GET('/tenants/{tenantId}/departmentPlaces', { params: { path: { tenantId }, query: { ...query, limit: PLACES } } }));

export const listMembers = (tenantId: number, query: MemberQuery, cursor?: string) =>
  answer(
    client.GET('/tenants/{tenantId}/members', {
      params: { path: { tenantId }, query: { ...query, mobile: masked, limit: 50, ...(cursor && { cursor }) } },
    }),
  );

export const getMember = (tenantId: number, memberId: string) =>
  answer(
    client.GET('/tenants/{tenantId}/members/{memberId}', {
      params: { path: { tenantId, memberId }, query: { mobile: masked } },
    }),
  );

/** The whole number; the server writes down who looked. */
export const revealMobile = (tenantId: number, memberId: string) =>
  answer(client.POST('/tenants/{tenantId}/members/{memberId}/revealMobile', { params: { path: { tenantId, memberId } } }));

export const changeMember = (tenantId: number, memberId: string, body: ChangeMember) =>
  answer(client.PATCH('/tenants/{tenantId}/members/{memberId}', { params: { path: { tenantId, memberId } }, body }));

export const handBackFields = (tenantId: number, memberId: string, fields: string[]) =>
  answer(
    client.POST('/tenants/{tenantId}/members/{memberId}/handBack', {
      params: { path: { tenantId, memberId } },
      body: { fields },
    }),
  );

export const resetPassword = (tenantId: number, memberId: string) =>
  answer(client.POST('/tenants/{tenantId}/members/{memberId}/resetPassword', { params: { path: { tenantId, memberId } } }));

export const listMemberHistory = (tenantId: number, memberId: string, cursor?: string) =>
  answer(
    client.GET('/tenants/{tenantId}/members/{memberId}/history', {
      params: { path: { tenantId, memberId }, query: { mobile: masked, limit: 20, ...(cursor && { cursor }) } },
    }),
  );

/** The members that a query finds, as a file; the server writes down who took it. */
export const exportMembers = (tenantId: number, query: MemberQuery) =>
  answer(client.GET('/tenants/{tenantId}/members.csv', { params: { path: { tenantId }, query }, parseAs: 'blob' }));
