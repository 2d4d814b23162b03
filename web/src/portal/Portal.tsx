import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import { isSignedOut, Problem } from '../api/problem';
import { Door } from './door/Door';
import { ME } from './door/useMe';
import { LanguageProvider } from './i18n';
import { ChooseTenantPage } from './pages/ChooseTenantPage';
import { ColleaguesPage } from './pages/ColleaguesPage';
import { HomePage } from './pages/HomePage';
import { MePage } from './pages/MePage';
import { MessagesPage } from './pages/MessagesPage';
import { PasswordPage } from './pages/PasswordPage';
import { SessionsPage } from './pages/SessionsPage';
import { Frame } from './parts/Frame';
import { NotFound } from './parts/states';
import { PORTAL_PATHS, type PortalPath } from './paths';

const PAGES: Record<PortalPath, ReactElement> = {
  '': <HomePage />,
  colleagues: <ColleaguesPage />,
  messages: <MessagesPage />,
  me: <MePage />,
  sessions: <SessionsPage />,
  password: <PasswordPage />,
};
/** While a default password must be changed, nothing else leads away from that page. */
const FRAMED = PORTAL_PATHS.filter((path) => path !== 'password');

/** The employees' pages: everything below /tenantId/<id>. */
export function Portal() {
  const [queries] = useState(queryClient);
  return (
    <LanguageProvider>
      <QueryClientProvider client={queries}>
        <BrowserRouter>
          <Routes>
            <Route path="/tenantId" element={<ChooseTenantPage />} />
            <Route path="/tenantId/:tenantId" element={<Door />}>
              <Route path="password" element={PAGES.password} />
              <Route element={<Frame />}>
                {FRAMED.map((path) => (
                  <Route key={path} {...(path === '' ? { index: true } : { path })} element={PAGES[path]} />
                ))}
                <Route path="*" element={<NotFound />} />
              </Route>
            </Route>
            <Route
              path="*"
              element={
                <main>
                  <NotFound />
                </main>
              }
            />
          </Routes>
        </BrowserRouter>
      </QueryClientProvider>
    </LanguageProvider>
  );
}

/** Asks again only where it helps, and finds out about an ended session wherever it shows. */
function queryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (isSignedOut(error) && query.meta?.opensTheDoor !== true) void client.invalidateQueries({ queryKey: ME });
      },
    }),
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < 2 && error instanceof Problem && (error.status === 0 || error.status === 502),
      },
    },
  });
  return client;
}
