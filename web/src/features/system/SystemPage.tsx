import { useQuery } from '@tanstack/react-query';
import { Button, Card, Descriptions, Table } from 'antd';
import { downloadSupportBundle, getSystem, type System } from '../../api';
import { useTexts } from '../../i18n';
import { download } from '../../shared/download';
import { useFormats } from '../../shared/formats';
import { Loaded } from '../../shared/Loaded';
import { Page } from '../../shared/Page';
import { useAct } from '../../shared/useAct';
import { Administrators } from '../administrators/Administrators';
import { lastTenant } from '../tenants/chosenTenant';
import { Backups } from './Backups';
import { LastErrors } from './LastErrors';

const BUNDLE = 'menpai-support.tar.gz';

/** The server as a whole: its version, who administers it, its backups, what went wrong, what it stores. */
export function SystemPage() {
  const { system, administrators } = useTexts();
  const query = useQuery({ queryKey: ['system'], queryFn: getSystem });
  const bundle = useAct({ act: downloadSupportBundle, onDone: (file) => download(file, BUNDLE) });
  return (
    <Page
      title={system.title}
      intro={system.intro}
      actions={
        <Button loading={bundle.isPending} onClick={() => bundle.mutate()}>
          {system.bundle}
        </Button>
      }
    >
      <Loaded query={query}>
        {(found) => (
          <>
            <Card title={system.server}>
              <Server system={found} />
            </Card>
            <Card title={administrators.platformTitle}>
              <Administrators tenantId={undefined} peopleOf={lastTenant()} />
            </Card>
            <Card title={system.backups.title}>
              <Backups />
            </Card>
            <Card title={system.errors.title}>
              <LastErrors />
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
