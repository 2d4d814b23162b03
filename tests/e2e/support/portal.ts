// The employees' pages as tests see them: their texts, and a phone to hold them.
import { en } from '../../../web/src/portal/i18n/en.ts';
import { zhCN } from '../../../web/src/portal/i18n/zh-CN.ts';
import type { Appliance, Connected } from './appliance.ts';
import type { Language } from './test.ts';

/** The narrowest phone that is still about. */
export const PHONE = { width: 360, height: 740 };

export function portalTexts(language: Language): typeof zhCN {
  return language === 'en' ? en : zhCN;
}

export interface Employee {
  userid: string;
  name: string;
  mobile: string;
}

/** A synchronised company and one of its people who has a number. */
export async function company(appliance: Appliance, name: string): Promise<Connected & { employee: Employee }> {
  const tenant = await appliance.tenant(name);
  const run = await appliance.synchronise(tenant.tenantId);
  if (run.status !== 'succeeded') throw new Error(`the synchronisation ended as ${run.status}`);
  const { items } = await appliance.call<{ items: { name: string; mobile?: string; dingtalkUserId?: string }[] }>(
    'GET',
    `/tenants/${tenant.tenantId}/members?limit=50`,
  );
  const somebody = items.find(({ mobile, dingtalkUserId }) => mobile !== undefined && dingtalkUserId !== undefined);
  if (!somebody) throw new Error('nobody has a number');
  const employee = { userid: somebody.dingtalkUserId ?? '', name: somebody.name, mobile: somebody.mobile ?? '' };
  return { ...tenant, employee };
}

/** A number as it is typed at sign-in. */
export function typed(mobile: string): string {
  return mobile.replace(/^\+86/, '');
}
