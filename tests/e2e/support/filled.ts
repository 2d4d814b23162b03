// A tenant with something to see on every page.
import type { Appliance } from './appliance.ts';

/** A tenant in which something of everything happened; gives the addresses of the pages by the names of their pictures. */
export async function pagesOfATenant(appliance: Appliance, name: string): Promise<Record<string, string>> {
  const { tenantId, corpId } = await appliance.tenant(name, 120, true);
  const first = await appliance.synchronise(tenantId);
  await appliance.call('POST', `/tenants/${tenantId}/dingtalk/doctor`);
  await appliance.call('PUT', `/tenants/${tenantId}/dingtalk/events`, { transport: 'stream' });
  const people = await appliance.people(corpId);
  const [holder, promoted] = people.filter(({ mobile }) => mobile);
  await appliance.person(corpId, 'newcomer', { name: '赵新来', mobile: holder?.mobile, dept_id_list: [1] });
  await appliance.person(corpId, promoted?.userid ?? '', { title: '高级工程师', dept_id_list: [1] });
  await appliance.leave(corpId, people.slice(-2));
  const second = await appliance.synchronise(tenantId);
  await appliance.leave(corpId, people.slice(-30, -2));
  const stopped = await appliance.synchronise(tenantId);
  const base = `/tenants/${tenantId}`;
  return {
    'first-run': `${base}/start?step=sync`,
    guide: `${base}/guide`,
    'guide-old': `${base}/guide?console=old`,
    overview: base,
    'dingtalk-application': `${base}/dingtalk`,
    'dingtalk-doctor': `${base}/dingtalk?tab=doctor`,
    'dingtalk-departments': `${base}/dingtalk?tab=scope`,
    'dingtalk-settings': `${base}/dingtalk?tab=settings`,
    'dingtalk-events': `${base}/dingtalk?tab=events`,
    'sync-runs': `${base}/syncRuns`,
    'sync-run-first': `${base}/syncRuns/${first.id}`,
    'sync-run-updated': `${base}/syncRuns/${second.id}?show=updated`,
    'sync-run-stopped': `${base}/syncRuns/${stopped.id}`,
    conflicts: `${base}/conflicts`,
    organisation: `${base}/organisation`,
    'my-tenant': `${base}/settings`,
    integrations: `${base}/integrations`,
    'tenant-audit': `${base}/audit`,
    start: '/start',
    tenants: '/tenants',
    audit: '/audit',
    system: '/system',
    account: '/account',
  };
}
