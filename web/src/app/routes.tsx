import { createBrowserRouter } from 'react-router';
import { Loading } from '../shared/Loading';
import { NotFound } from '../shared/NotFound';
import { PageFailed } from '../shared/PageFailed';
import { RequireSession } from '../features/session/RequireSession';
import { Frame } from './Frame';

/** Every page is its own chunk, loaded when it is first visited. */
export const router = createBrowserRouter([
  {
    HydrateFallback: Loading,
    ErrorBoundary: PageFailed,
    children: [
      { path: '/setup', lazy: async () => ({ Component: (await import('../features/setup/SetupPage')).SetupPage }) },
      { path: '/sign-in', lazy: async () => ({ Component: (await import('../features/session/SignInPage')).SignInPage }) },
      {
        Component: RequireSession,
        children: [
          {
            Component: Frame,
            children: [
              {
                index: true,
                lazy: async () => ({ Component: (await import('../features/tenants/TenantsPage')).TenantsPage }),
              },
              {
                path: '/tenants/:tenantId/organisation',
                lazy: async () => ({ Component: (await import('../features/directory/OrganisationPage')).OrganisationPage }),
              },
            ],
          },
          {
            path: '/password',
            lazy: async () => ({ Component: (await import('../features/session/ChangePasswordPage')).ChangePasswordPage }),
          },
        ],
      },
      { path: '*', Component: NotFound },
    ],
  },
]);
