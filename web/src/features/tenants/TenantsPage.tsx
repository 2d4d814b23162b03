import { Button, Flex, Tag, type TableProps } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { listTenants, type Tenant } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { HouseNumber } from '../../shared/HouseNumber';
import { Page } from '../../shared/Page';
import { PagedTable } from '../../shared/PagedTable';
import { SearchField } from '../../shared/SearchField';
import { useFilters } from '../../shared/useFilters';
import { usePages } from '../../shared/usePages';
import { CreateTenant } from './CreateTenant';
import { isPlatform, TENANTS } from './tenantsQuery';
import { TenantStatusTag } from './TenantStatusTag';

/** Every tenant of this server; for platform administrators. */
export function TenantsPage() {
  const { tenants } = useTexts();
  const [creating, setCreating] = useState(false);
  const [{ q = '' }, setFilters] = useFilters('q');
  const pages = usePages([...TENANTS, 'found', q], (cursor) => listTenants(cursor, q));
  return (
    <Page
      title={tenants.title}
      intro={tenants.intro}
      actions={
        <Button type="primary" onClick={() => setCreating(true)}>
          {tenants.create}
        </Button>
      }
    >
      <SearchField label={tenants.search} value={q} onChange={(q) => setFilters({ q })} />
      <PagedTable
        label={tenants.title}
        pages={pages}
        columns={useColumns()}
        rowKey={({ id }) => String(id)}
        empty={q ? tenants.noneFound : tenants.empty}
      />
      <CreateTenant open={creating} onClose={() => setCreating(false)} />
    </Page>
  );
}

function useColumns(): NonNullable<TableProps<Tenant>['columns']> {
  const { tenants } = useTexts();
  const { day } = useFormats();
  return [
    {
      title: tenants.name,
      key: 'name',
      render: (_, tenant) => (
        <Flex gap={8} align="center">
          <Link to={`/tenants/${tenant.id}`}>{tenant.name}</Link>
          {isPlatform(tenant) && <Tag>{tenants.platform}</Tag>}
        </Flex>
      ),
    },
    { title: tenants.id, dataIndex: 'id', key: 'id' },
    { title: tenants.houseNumber, key: 'houseNumber', render: (_, { houseNumber }) => <HouseNumber value={houseNumber} label={tenants.houseNumber} /> },
    { title: tenants.status, key: 'status', render: (_, { status }) => <TenantStatusTag status={status} /> },
    { title: tenants.createdAt, key: 'createdAt', render: (_, { createdAt }) => day(createdAt) },
  ];
}
