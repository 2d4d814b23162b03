import { Button, Tabs } from 'antd';
import { useTexts } from '../../i18n';
import { Page } from '../../shared/Page';
import { useFilters } from '../../shared/useFilters';
import { useTenant } from '../tenants/TenantScope';
import { ApiTokens } from './ApiTokens';
import { Webhooks } from './Webhooks';

/** How programs work with a tenant: tokens to come in with, webhooks to be told by, and where the API is explained. */
export function IntegrationsPage() {
  const { integrations } = useTexts();
  const { id: tenantId } = useTenant();
  const [{ tab = 'tokens' }, setFilters] = useFilters('tab');
  return (
    <Page
      title={integrations.title}
      intro={integrations.intro}
      actions={
        <Button href="/api/docs" target="_blank">
          {integrations.reference}
        </Button>
      }
    >
      <Tabs
        activeKey={tab}
        destroyOnHidden
        onChange={(key) => setFilters({ tab: key === 'tokens' ? undefined : key })}
        items={[
          { key: 'tokens', label: integrations.tokens.title, children: <ApiTokens tenantId={tenantId} /> },
          { key: 'webhooks', label: integrations.webhooks.title, children: <Webhooks tenantId={tenantId} /> },
        ]}
      />
    </Page>
  );
}
