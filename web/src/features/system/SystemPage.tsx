import { useQuery } from '@tanstack/react-query';
import { Card, Descriptions, Table } from 'antd';
import { getSystem, type System } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { Loaded } from '../../shared/Loaded';
import { Page } from '../../shared/Page';
import { Administrators } from '../administrators/Administrators';
import { lastTenant } from '../tenants/chosenTenant';

/** The server as a whole: its version, who administers it, what it stores. */
export function SystemPage() {
  const { system, administrators } = useTexts();
  const query = useQuery({ queryKey: ['system'], queryFn: getSystem });
  return (
    <Page title={system.title} intro={system.intro}>
      <Loaded query={query}>
        {(found) => (
          <>
            <Card title={system.server}>
              <Server system={found} />
            </Card>
            <Card title={administrators.platformTitle}>
              <Administrators tenantId={undefined} peopleOf={lastTenant()} />
            </Card>
            <Card title={system.tables}>
              <Tables system={found} />
            </Card>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Server({ system: { version, now } }: { system: System }) {
  const { system } = useTexts();
  const { exact } = useFormats();
  return (
    <Descriptions
      column={1}
      size="small"
      items={[
        { key: 'version', label: system.version, children: version },
        { key: 'now', label: system.now, children: exact(now) },
      ]}
    />
  );
}

function Tables({ system: { tables } }: { system: System }) {
  const { system } = useTexts();
  const { number } = useFormats();
  return (
    <Table
      aria-label={system.tables}
      size="small"
      pagination={false}
      rowKey={({ name }) => name}
      dataSource={tables}
      columns={[
        { title: system.table, dataIndex: 'name', key: 'name' },
        { title: system.rows, key: 'rows', align: 'end', render: (_, { rows }) => number(Number(rows)) },
      ]}
    />
  );
}
