/** A tenant's DingTalk application: its values, its examination, its events, its departments as they are now. */
import { answer, client } from './client';
import type { DetachedMembers, DingTalkApplication, DoctorReport, LiveDepartment, PutDingTalkApplication, PutEventSubscription } from './model';
import { Problem } from './problem';

/** The tenant's DingTalk application, or nothing while there is none. */
export const getDingTalkApplication = (tenantId: number): Promise<DingTalkApplication | null> =>
  unlessMissing(answer(client.GET('/tenants/{tenantId}/dingtalk', { params: { path: { tenantId } } })));

export const putDingTalkApplication = (tenantId: number, body: PutDingTalkApplication) =>
  answer(client.PUT('/tenants/{tenantId}/dingtalk', { params: { path: { tenantId } }, body }));

/** What removing the application would do. */
export const previewDetachment = (tenantId: number, members: DetachedMembers) =>
  answer(client.GET('/tenants/{tenantId}/dingtalk/detachment', { params: { path: { tenantId }, query: { members } } }));

export const detachDingTalk = (tenantId: number, members: DetachedMembers) =>
  answer(client.DELETE('/tenants/{tenantId}/dingtalk', { params: { path: { tenantId }, query: { members } } }));

/** DingTalk's departments directly below `parent`, or the tops of what the application may see; live. */
export const listLiveDepartments = (tenantId: number, parent?: string) =>
  answer(
    client.GET('/tenants/{tenantId}/dingtalk/departments', {
      params: { path: { tenantId }, query: parent === undefined ? {} : { parent } },
    }),
  );

/** One of DingTalk's departments, live; also one that is left out. Nothing when DingTalk does not have it. */
export const getLiveDepartment = (tenantId: number, deptId: string): Promise<LiveDepartment | null> =>
  unlessMissing(answer(client.GET('/tenants/{tenantId}/dingtalk/departments/{deptId}', { params: { path: { tenantId, deptId } } })));

/** Examines the application now: some ten calls to DingTalk. */
export const examineDingTalk = (tenantId: number) =>
  answer(client.POST('/tenants/{tenantId}/dingtalk/doctor', { params: { path: { tenantId } } }));

/** The last examination, or nothing while there was none. */
export const getExamination = (tenantId: number): Promise<DoctorReport | null> =>
  unlessMissing(answer(client.GET('/tenants/{tenantId}/dingtalk/doctor', { params: { path: { tenantId } } })));

export const getEventSubscription = (tenantId: number) =>
  answer(client.GET('/tenants/{tenantId}/dingtalk/events', { params: { path: { tenantId } } }));

export const putEventSubscription = (tenantId: number, body: PutEventSubscription) =>
  answer(client.PUT('/tenants/{tenantId}/dingtalk/events', { params: { path: { tenantId } }, body }));

/** What is not there yet is no failure: there may be none of it, or no application that could have it. */
async function unlessMissing<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Problem && (error.status === 404 || error.code === 'dingtalkNotConfigured')) return null;
    throw error;
  }
}
