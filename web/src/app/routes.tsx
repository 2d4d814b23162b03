import { createBrowserRouter } from 'react-router';
import { Loading } from '../shared/Loading';
import { NotFound } from '../shared/NotFound';
import { PageFailed } from '../shared/PageFailed';
import { RequireSession } from '../features/session/RequireSession';
import { TenantScope } from '../features/tenants/TenantScope';
import { Frame } from './Frame';
import { Home } from './Home';

/** Below a tenant's address; `useTenant` gives the tenant. */
const tenantPages = [
  { index: true, lazy: async () => ({ Component: (await import('../features/overview/OverviewPage')).OverviewPage }) },
  { path: 'organisation', lazy: async () => ({ Component: (await import('../features/directory/OrganisationPage')).OrganisationPage }) },
  { path: 'messages', lazy: async () => ({ Component: (await import('../features/messages/MessagesPage')).MessagesPage }) },
  { path: 'messages/new', lazy: async () => ({ Component: (await import('../features/messages/ComposePage')).ComposePage }) },
  { path: 'messages/:messageId', lazy: async () => ({ Component: (await import('../features/messages/MessagePage')).MessagePage }) },
  { path: 'dingtalk', lazy: async () => ({ Component: (await import('../features/dingtalk/DingTalkPage')).DingTalkPage }) },
  { path: 'integrations', lazy: async () => ({ Component: (await import('../features/integrations/IntegrationsPage')).IntegrationsPage }) },
  { path: 'audit', lazy: async () => ({ Component: (await import('../features/audit/AuditPage')).TenantAuditPage }) },
  { path: 'settings', lazy: async () => ({ Component: (await import('../features/tenants/TenantPage')).TenantPage }) },
  { path: 'syncRuns', lazy: async () => ({ Component: (await import('../features/sync/SyncRunsPage')).SyncRunsPage }) },
  { path: 'syncRuns/:runId', lazy: async () => ({ Component: (await import('../features/sync/SyncRunPage')).SyncRunPage }) },
  { path: 'start', lazy: async () => ({ Component: (await import('../features/start/FirstRunPage')).FirstRunPage }) },
  { path: 'guide', lazy: async () => ({ Component: (await import('../features/guide/GuidePage')).GuidePage }) },
  { path: 'conflicts', lazy: async () => ({ Component: (await import('../features/conflicts/ConflictsPage')).ConflictsPage }) },
  { path: '*', Component: NotFound },
];

/** Behind the door, beside what belongs to one tenant. */
const serverPages = [
  { index: true, Component: Home },
  { path: '/start', lazy: async () => ({ Component: (await import('../features/start/StartPage')).StartPage }) },
  { path: '/tenants', lazy: async () => ({ Component: (await import('../features/tenants/TenantsPage')).TenantsPage }) },
  { path: '/audit', lazy: async () => ({ Component: (await import('../features/audit/AuditPage')).AuditPage }) },
  { path: '/system', lazy: async () => ({ Component: (await import('../features/system/SystemPage')).SystemPage }) },
  { path: '/account', lazy: async () => ({ Component: (await import('../features/account/AccountPage')).AccountPage }) },
  { path: '/tenants/:tenantId', Component: TenantScope, children: tenantPages },
  { path: '*', Component: NotFound },
];

/** Every page is its own chunk, loaded when it is first visited. */
export const router = createBrowserRouter([
  {
    HydrateFallback: Loading,
    ErrorBoundary: PageFailed,
    children: [
      { path: '/setup', lazy: async () => ({ Component: (await import('../features/setup/SetupPage')).SetupPage }) },
      { path: '/reset', lazy: async () => ({ Component: (await import('../features/session/ResetPasswordPage')).ResetPasswordPage }) },
      { path: '/sign-in', lazy: async () => ({ Component: (await import('../features/session/SignInPage')).SignInPage }) },
      {
        Component: RequireSession,
        children: [
          {
            path: '/password',
            lazy: async () => ({ Component: (await import('../features/session/ChangePasswordPage')).ChangePasswordPage }),
          },
          { Component: Frame, children: [{ ErrorBoundary: PageFailed, children: serverPages }] },
        ],
      },
    ],
  },
]);
