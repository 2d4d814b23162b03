/**
 * The address of every page of the console. The routes are made from these lists, and so are the browser tests and
 * pictures that go through all pages: none of them compiles while it leaves one out.
 */

/** Before the door, and the page behind which nothing else is while a default password must be changed. */
export const ENTRY_PATHS = ['/setup', '/reset', '/sign-in', '/password'] as const;

/** Behind the door, beside what belongs to one tenant. */
export const SERVER_PATHS = ['/', '/start', '/tenants', '/audit', '/system', '/account'] as const;

/** Below a tenant's address. */
export const TENANT_PATHS = [
  '',
  'organisation',
  'messages',
  'messages/new',
  'messages/usage',
  'messages/:messageId',
  'dingtalk',
  'integrations',
  'audit',
  'settings',
  'syncRuns',
  'syncRuns/:runId',
  'start',
  'guide',
  'conflicts',
] as const;

export type EntryPath = (typeof ENTRY_PATHS)[number];
export type ServerPath = (typeof SERVER_PATHS)[number];
export type TenantPath = (typeof TENANT_PATHS)[number];
