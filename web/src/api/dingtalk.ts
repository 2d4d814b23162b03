/** A tenant's DingTalk application. */
import { answer, client } from './client';
import type { DingTalkApplication, PutDingTalkApplication } from './model';
import { Problem } from './problem';

/** The tenant's DingTalk application, or nothing while there is none. */
export async function getDingTalkApplication(tenantId: number): Promise<DingTalkApplication | null> {
  try {
    return await answer(client.GET('/tenants/{tenantId}/dingtalk', { params: { path: { tenantId } } }));
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

export const putDingTalkApplication = (tenantId: number, body: PutDingTalkApplication) =>
  answer(client.PUT('/tenants/{tenantId}/dingtalk', { params: { path: { tenantId } }, body }));
