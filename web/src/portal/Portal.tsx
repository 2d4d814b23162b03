import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
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
              <Route path="password" element={<PasswordPage />} />
              <Route element={<Frame />}>
                <Route index element={<HomePage />} />
                <Route path="colleagues" element={<ColleaguesPage />} />
                <Route path="messages" element={<MessagesPage />} />
                <Route path="me" element={<MePage />} />
                <Route path="sessions" element={<SessionsPage />} />
                <Route path="*" element={<NotFound />} />
              </Route>
            </Route>
            <Route path="*" element={<NotFound />} />
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
