import { useQuery } from '@tanstack/react-query';
import { Button, Card, Flex, Tag, Typography } from 'antd';
import { useState } from 'react';
import { getDingTalkApplication, type DingTalkApplication, type Tenant } from '../../api';
import { useTexts, type Dictionary } from '../../i18n';
import { HouseNumber } from '../../shared/HouseNumber';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { ConnectDingTalk } from '../dingtalk/ConnectDingTalk';
import { dingTalkKey } from '../dingtalk/dingTalkKey';
import { SyncPanel } from '../sync/SyncPanel';
import { isPlatform } from './tenantsQuery';

/** One tenant: who it is, whether DingTalk is connected, how its directory stands. */
export function TenantCard({ tenant }: { tenant: Tenant }) {
  const texts = useTexts();
  const [editing, setEditing] = useState(false);
  const application = useQuery({
    queryKey: dingTalkKey(tenant.id),
    queryFn: () => getDingTalkApplication(tenant.id),
  });
  const isConnected = Boolean(application.data?.enabled);
  return (
    <Card>
      <Flex vertical gap={16}>
        <Flex align="center" justify="space-between" gap={16} wrap>
          <Flex vertical gap={4}>
            <Typography.Title level={2} style={{ fontSize: 18, margin: 0 }}>
              {tenant.name}
            </Typography.Title>
            <Flex align="center" gap={12} wrap>
              <Typography.Text type="secondary" copyable={{ text: String(tenant.id) }}>
                {`${texts.tenants.id} ${tenant.id}`}
              </Typography.Text>
              {isPlatform(tenant) && <Tag>{texts.tenants.platform}</Tag>}
              {application.isSuccess && <Connection application={application.data} texts={texts} />}
            </Flex>
          </Flex>
          <HouseNumber value={tenant.houseNumber} label={texts.tenants.houseNumber} />
        </Flex>
        <ProblemAlert error={application.error} onRetry={() => void application.refetch()} />
        <SyncPanel tenantId={tenant.id} isConnected={isConnected}>
          <Button
            type={application.data === null ? 'primary' : 'default'}
            disabled={!application.isSuccess}
            onClick={() => setEditing(true)}
          >
            {application.data ? texts.dingtalk.edit : texts.dingtalk.connect}
          </Button>
        </SyncPanel>
      </Flex>
      {application.isSuccess && (
        <ConnectDingTalk
          tenantId={tenant.id}
          application={application.data}
          open={editing}
          onClose={() => setEditing(false)}
        />
      )}
    </Card>
  );
}

function Connection({ application, texts }: { application: DingTalkApplication | null; texts: Dictionary }) {
  if (application === null) return <Tag>{texts.dingtalk.none}</Tag>;
  if (!application.enabled) return <Tag color="warning">{texts.dingtalk.disabled}</Tag>;
  return <Tag color="success">{texts.dingtalk.connected}</Tag>;
}
