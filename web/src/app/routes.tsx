import type { ComponentType } from 'react';
import { createBrowserRouter, type RouteObject } from 'react-router';
import { Loading } from '../shared/Loading';
import { NotFound } from '../shared/NotFound';
import { PageFailed } from '../shared/PageFailed';
import { RequireSession } from '../features/session/RequireSession';
import { TenantScope } from '../features/tenants/TenantScope';
import { Frame } from './Frame';
import { Home } from './Home';
import { SERVER_PATHS, TENANT_PATHS, type EntryPath, type ServerPath, type TenantPath } from './paths';

/** Every page is its own chunk, loaded when it is first visited. */
type Load = () => Promise<{ Component: ComponentType }>;

const ENTRY_PAGES: Record<EntryPath, Load> = {
  '/setup': async () => ({ Component: (await import('../features/setup/SetupPage')).SetupPage }),
  '/reset': async () => ({ Component: (await import('../features/session/ResetPasswordPage')).ResetPasswordPage }),
  '/sign-in': async () => ({ Component: (await import('../features/session/SignInPage')).SignInPage }),
  '/password': async () => ({ Component: (await import('../features/session/ChangePasswordPage')).ChangePasswordPage }),
};

const SERVER_PAGES: Record<ServerPath, Load> = {
  '/': () => Promise.resolve({ Component: Home }),
  '/start': async () => ({ Component: (await import('../features/start/StartPage')).StartPage }),
  '/tenants': async () => ({ Component: (await import('../features/tenants/TenantsPage')).TenantsPage }),
  '/audit': async () => ({ Component: (await import('../features/audit/AuditPage')).AuditPage }),
  '/system': async () => ({ Component: (await import('../features/system/SystemPage')).SystemPage }),
  '/account': async () => ({ Component: (await import('../features/account/AccountPage')).AccountPage }),
};

/** Below a tenant's address; `useTenant` gives the tenant. */
const TENANT_PAGES: Record<TenantPath, Load> = {
  '': async () => ({ Component: (await import('../features/overview/OverviewPage')).OverviewPage }),
  organisation: async () => ({ Component: (await import('../features/directory/OrganisationPage')).OrganisationPage }),
  messages: async () => ({ Component: (await import('../features/messages/MessagesPage')).MessagesPage }),
  'messages/new': async () => ({ Component: (await import('../features/messages/ComposePage')).ComposePage }),
  'messages/usage': async () => ({ Component: (await import('../features/messages/UsagePage')).UsagePage }),
  'messages/:messageId': async () => ({ Component: (await import('../features/messages/MessagePage')).MessagePage }),
  dingtalk: async () => ({ Component: (await import('../features/dingtalk/DingTalkPage')).DingTalkPage }),
  integrations: async () => ({ Component: (await import('../features/integrations/IntegrationsPage')).IntegrationsPage }),
  audit: async () => ({ Component: (await import('../features/audit/AuditPage')).TenantAuditPage }),
  settings: async () => ({ Component: (await import('../features/tenants/TenantPage')).TenantPage }),
  syncRuns: async () => ({ Component: (await import('../features/sync/SyncRunsPage')).SyncRunsPage }),
  'syncRuns/:runId': async () => ({ Component: (await import('../features/sync/SyncRunPage')).SyncRunPage }),
  start: async () => ({ Component: (await import('../features/start/FirstRunPage')).FirstRunPage }),
  guide: async () => ({ Component: (await import('../features/guide/GuidePage')).GuidePage }),
  conflicts: async () => ({ Component: (await import('../features/conflicts/ConflictsPage')).ConflictsPage }),
};

const entry = (path: EntryPath): RouteObject => ({ path, lazy: ENTRY_PAGES[path] });

const tenantPages: RouteObject[] = [
  ...TENANT_PATHS.map((path): RouteObject => ({ ...(path === '' ? { index: true } : { path }), lazy: TENANT_PAGES[path] })),
  { path: '*', Component: NotFound },
];

const serverPages: RouteObject[] = [
  ...SERVER_PATHS.map((path): RouteObject => ({ path, lazy: SERVER_PAGES[path] })),
  { path: '/tenants/:tenantId', Component: TenantScope, children: tenantPages },
  { path: '*', Component: NotFound },
];

export const router = createBrowserRouter([
  {
    HydrateFallback: Loading,
    ErrorBoundary: PageFailed,
    children: [
      entry('/setup'),
      entry('/reset'),
      entry('/sign-in'),
      {
        Component: RequireSession,
        children: [entry('/password'), { Component: Frame, children: [{ ErrorBoundary: PageFailed, children: serverPages }] }],
      },
    ],
  },
]);
