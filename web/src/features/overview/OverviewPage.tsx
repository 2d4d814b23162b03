import { Card, Col, Row } from 'antd';
import { useTexts } from '../../i18n';
import { Page } from '../../shared/Page';
import { useDingTalk } from '../dingtalk/useDingTalk';
import { StartSync } from '../sync/StartSync';
import { useTenant } from '../tenants/TenantScope';
import { LastRuns } from './LastRuns';
import { Matters } from './Matters';
import { MessagesOfDays } from './MessagesOfDays';
import { People } from './People';

/** A tenant at a glance: what needs attention first, then how it stands. */
export function OverviewPage() {
  const { overview, directory } = useTexts();
  const { id: tenantId, name } = useTenant();
  const application = useDingTalk(tenantId);
  return (
    <Page title={name} intro={overview.intro} actions={<StartSync tenantId={tenantId} isConnected={Boolean(application.data?.enabled)} />}>
      <Matters tenantId={tenantId} />
      <Row gutter={[20, 20]}>
        <Col xs={24} lg={8}>
          <Card title={directory.title} style={{ height: '100%' }}>
            <People tenantId={tenantId} />
          </Card>
        </Col>
        <Col xs={24} lg={16}>
          <Card title={overview.messages} style={{ height: '100%' }}>
            <MessagesOfDays tenantId={tenantId} />
          </Card>
        </Col>
      </Row>
      <Card title={overview.runs}>
        <LastRuns tenantId={tenantId} />
      </Card>
    </Page>
  );
}
