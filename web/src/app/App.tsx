import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import antEnglish from 'antd/locale/en_US';
import antChinese from 'antd/locale/zh_CN';
import { useMemo, useState } from 'react';
import { RouterProvider } from 'react-router';
import { isSignedOut, Problem } from '../api';
import { ME } from '../features/session/useMe';
import { LanguageProvider, useLanguage } from '../i18n';
import { AppearanceProvider, useAppearance } from '../shared/appearance';
import { nonce } from './nonce';
import { router } from './routes';
import { themeConfig } from './theme';

export function App() {
  const [queries] = useState(queryClient);
  return (
    <LanguageProvider>
      <AppearanceProvider>
        <QueryClientProvider client={queries}>
          <Themed />
        </QueryClientProvider>
      </AppearanceProvider>
    </LanguageProvider>
  );
}

function Themed() {
  const { language } = useLanguage();
  const { isDark } = useAppearance();
  const theme = useMemo(() => themeConfig(isDark), [isDark]);
  return (
    <ConfigProvider csp={{ nonce }} button={{ autoInsertSpace: false }} locale={language === 'en' ? antEnglish : antChinese} theme={theme}>
      <AntApp>
        <RouterProvider router={router} />
      </AntApp>
    </ConfigProvider>
  );
}

/** Asks again only where it helps, and finds out about an ended session wherever it shows. */
function queryClient(): QueryClient {
  const noticeSignOut = (error: unknown) => {
    if (isSignedOut(error)) void client.invalidateQueries({ queryKey: ME });
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error, query) => query.queryKey[0] !== ME[0] && noticeSignOut(error) }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => mutation.options.mutationKey?.[0] !== 'sign-in' && noticeSignOut(error),
    }),
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < 2 && error instanceof Problem && (error.status === 0 || error.status >= 502),
      },
    },
  });
  return client;
}
