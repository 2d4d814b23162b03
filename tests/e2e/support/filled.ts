// A tenant with something to see on every page.
import { STEPS } from '../../../web/src/features/start/steps.ts';
import type { ServerPath, TenantPath } from '../../../web/src/app/paths.ts';
import type { Appliance } from './appliance.ts';

/** Addresses by the names of their pictures. */
export type Addresses = Record<string, string>;

/** What the pages of a filled tenant need to be told apart. */
interface Filled {
  tenantId: number;
  runs: { first: string; second: string; stopped: string };
  messages: { text: string; form: string };
}

/**
 * Every page of the console, filled: a tenant in which something of everything happened. A page that is new in the
 * console's list of addresses does not compile here until somebody says what it is to show.
 */
export async function everyPage(appliance: Appliance, name: string): Promise<Addresses> {
  const filled = await fill(appliance, name);
  const ofTenant: Record<TenantPath, Addresses> = {
    '': { overview: '' },
    organisation: { organisation: '', 'organisation-nobody': '?q=zzzz' },
    messages: { messages: '', 'messages-none': '?q=zzzz' },
    'messages/new': { compose: '' },
    'messages/usage': { usage: '' },
    'messages/:messageId': { message: '', 'message-form': '' },
    dingtalk: {
      'dingtalk-application': '',
      'dingtalk-doctor': '?tab=doctor',
      'dingtalk-departments': '?tab=scope',
      'dingtalk-settings': '?tab=settings',
      'dingtalk-events': '?tab=events',
    },
    integrations: { tokens: '', webhooks: '?tab=webhooks' },
    audit: { 'tenant-audit': '' },
    settings: { 'my-tenant': '' },
    syncRuns: { 'sync-runs': '' },
    'syncRuns/:runId': { 'sync-run-first': '', 'sync-run-updated': '?show=updated', 'sync-run-stopped': '' },
    start: Object.fromEntries(STEPS.map((step) => [`first-run-${step}`, `?step=${step}`])),
    guide: { guide: '', 'guide-old': '?console=old' },
    conflicts: { conflicts: '' },
  };
  const ids: Addresses = {
    'sync-run-first': filled.runs.first,
    'sync-run-updated': filled.runs.second,
    'sync-run-stopped': filled.runs.stopped,
    message: filled.messages.text,
    'message-form': filled.messages.form,
  };
  const pages = Object.entries(ofTenant).flatMap(([path, addresses]) =>
    Object.entries(addresses).map(([picture, query]): [string, string] => {
      const below = path.replace(/:\w+/, ids[picture] ?? '');
      return [picture, `/tenants/${filled.tenantId}${below && `/${below}`}${query}`];
    }),
  );
  return { ...Object.fromEntries(pages), ...ofServer() };
}

function ofServer(): Addresses {
  const addresses: Record<ServerPath, Addresses> = {
    '/': {},
    '/start': { start: '/start' },
    '/tenants': { tenants: '/tenants' },
    '/audit': { audit: '/audit' },
    '/system': {
      system: '/system',
      'system-settings': '/system?tab=settings',
      'system-administrators': '/system?tab=administrators',
      'system-backups': '/system?tab=backups',
      'system-storage': '/system?tab=storage',
    },
    '/account': { account: '/account' },
  };
  return Object.assign({}, ...Object.values(addresses)) as Addresses;
}

/** Two synchronisations and one that was stopped, conflicts, messages, a token, a webhook, a backup. */
async function fill(appliance: Appliance, name: string): Promise<Filled> {
  const { tenantId, corpId } = await appliance.tenant(name, 120, true);
  const first = await appliance.synchronise(tenantId);
  await appliance.call('POST', `/tenants/${tenantId}/dingtalk/doctor`);
  const people = await appliance.people(corpId);
  const messages = await talk(appliance, tenantId);
  const [holder, promoted] = people.filter(({ mobile }) => mobile);
  await appliance.person(corpId, 'newcomer', { name: '赵新来', mobile: holder?.mobile, dept_id_list: [1] });
  await appliance.person(corpId, promoted?.userid ?? '', { title: '高级工程师', dept_id_list: [1] });
  await appliance.leave(corpId, people.slice(-2));
  const second = await appliance.synchronise(tenantId);
  await appliance.leave(corpId, people.slice(-30, -2));
  const stopped = await appliance.synchronise(tenantId);
  // The last, for it brings in by itself what happens from here on.
  await appliance.call('PUT', `/tenants/${tenantId}/dingtalk/events`, { transport: 'stream' });
  await appliance.call('POST', `/tenants/${tenantId}/apiTokens`, { name: '考勤系统', scopes: ['directory:read', 'messages:send'] });
  await appliance.call('POST', `/tenants/${tenantId}/webhooks`, {
    url: 'https://hooks.example.com/menpai',
    description: 'OA',
    events: ['message.settled', 'sync.finished'],
  });
  await appliance.call('POST', '/backups');
  return { tenantId, runs: { first: first.id, second: second.id, stopped: stopped.id }, messages };
}

/** A text to everybody, of whom some read it and one was refused; and a form to one person. */
async function talk(appliance: Appliance, tenantId: number): Promise<Filled['messages']> {
  const { items } = await appliance.call<{ items: { id: string; dingtalkUserId?: string }[] }>('GET', `/tenants/${tenantId}/members?limit=20`);
  const known = items.filter(({ dingtalkUserId }) => dingtalkUserId !== undefined);
  const places = await appliance.call<{ items: { id: string }[] }>('GET', `/tenants/${tenantId}/departmentPlaces?q=部`);
  await appliance.control('POST', '/messages/forbid', { userid: known[0]?.dingtalkUserId, code: '143105' });
  const send = async (content: object, audience: object) =>
    (await appliance.call<{ id: string }>('POST', `/tenants/${tenantId}/messages`, { content, audience })).id;
  const text = await send(
    { type: 'markdown', title: '本周六机房检修', text: '## 本周六机房检修\n- 时间：**9:00 至 12:00**\n- 影响：考勤、门禁\n\n> 如有疑问请联系信息部。' },
    { departmentIds: places.items.slice(0, 2).map(({ id }) => id), memberIds: known.slice(0, 3).map(({ id }) => id) },
  );
  const form = await send(
    {
      type: 'oa',
      url: 'https://oa.example.com/e/1',
      title: '差旅报销',
      rows: [
        { key: '申请人', value: '王芳' },
        { key: '事由', value: '上海出差' },
      ],
      figure: { number: '2,380.00', unit: '元' },
      author: '财务部',
      status: { text: '待审批', color: 'FFFF9D46' },
    },
    { memberIds: known.slice(1, 2).map(({ id }) => id) },
  );
  for (const { dingtalkUserId } of known.slice(1, 12)) await appliance.control('POST', '/messages/read', { userid: dingtalkUserId });
  return { text, form };
}
