import { Card, Flex, Tag, Typography } from 'antd';
import { Link } from 'react-router';
import type { Tenant } from '../../api';
import { useTexts } from '../../i18n';
import { HouseNumber } from '../../shared/HouseNumber';
import { isPlatform } from './tenantsQuery';

/** One tenant in the list: its name leads to it. */
export function TenantCard({ tenant }: { tenant: Tenant }) {
  const texts = useTexts();
  return (
    <Card>
      <Flex align="center" justify="space-between" gap={16} wrap>
        <Flex vertical gap={4}>
          <Typography.Title level={2} style={{ fontSize: 18, margin: 0 }}>
            <Link to={`/tenants/${tenant.id}`}>{tenant.name}</Link>
          </Typography.Title>
          <Flex align="center" gap={12} wrap>
            <Typography.Text type="secondary" copyable={{ text: String(tenant.id) }}>
              {`${texts.tenants.id} ${tenant.id}`}
            </Typography.Text>
            {isPlatform(tenant) && <Tag>{texts.tenants.platform}</Tag>}
          </Flex>
        </Flex>
        <HouseNumber value={tenant.houseNumber} label={texts.tenants.houseNumber} />
      </Flex>
    </Card>
  );
}
