import { useQuery } from '@tanstack/react-query';
import { Button, Card, Descriptions, Flex, Table, Tabs } from 'antd';
import { downloadSupportBundle, getSystem, type System } from '../../api';
import { useTexts } from '../../i18n';
import { download } from '../../shared/download';
import { useFormats } from '../../shared/formats';
import { Loaded } from '../../shared/Loaded';
import { Page } from '../../shared/Page';
import { useAct } from '../../shared/useAct';
import { useFilters } from '../../shared/useFilters';
import { Administrators } from '../administrators/Administrators';
import { BackupPlan } from './BackupPlan';
import { Backups } from './Backups';
import { LastErrors } from './LastErrors';
import { ServerHealth } from './ServerHealth';
import { ServerSettings } from './ServerSettings';

const TABS = ['state', 'settings', 'administrators', 'backups', 'storage'] as const;
type Tab = (typeof TABS)[number];
const BUNDLE = 'menpai-support.tar.gz';

/** The server as a whole: its version, its settings, who administers it, its backups, what went wrong, what it stores. */
export function SystemPage() {
  const { system } = useTexts();
  const [{ tab }, change] = useFilters('tab');
  const query = useQuery({ queryKey: ['system'], queryFn: getSystem });
  const bundle = useAct({ act: downloadSupportBundle, onDone: (file) => download(file, BUNDLE) });
  return (
    <Page
      title={system.title}
      intro={system.intro}
      actions={
        query.isSuccess && (
          <Button loading={bundle.isPending} onClick={() => bundle.mutate()}>
            {system.bundle}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {(found) => (
          <Tabs
            activeKey={TABS.find((one) => one === tab) ?? 'state'}
            onChange={(key) => change({ tab: key === 'state' ? undefined : key })}
            destroyOnHidden
            items={TABS.map((key) => ({ key, label: system.tabs[key], children: <Part tab={key} system={found} /> }))}
          />
        )}
      </Loaded>
    </Page>
  );
}

function Part({ tab, system: found }: { tab: Tab; system: System }) {
  const { system, administrators } = useTexts();
  switch (tab) {
    case 'state':
      return (
        <Flex vertical gap={16}>
          <Card title={system.server}>
            <Server system={found} />
          </Card>
          <Card title={system.health.title}>
            <ServerHealth />
          </Card>
          <Card title={system.errors.title}>
            <LastErrors />
          </Card>
        </Flex>
      );
    case 'settings':
      return (
        <Card title={system.settings.title}>
          <ServerSettings settings={found.settings} />
        </Card>
      );
    case 'administrators':
      return (
        <Card title={administrators.platformTitle}>
          <Administrators tenantId={undefined} />
        </Card>
      );
    case 'backups':
      return (
        <Flex vertical gap={16}>
          <Card title={system.backups.title}>
            <Backups />
          </Card>
          <Card title={system.backups.plan.title}>
            <BackupPlan />
          </Card>
        </Flex>
      );
    case 'storage':
      return (
        <Card title={system.tables}>
          <Tables system={found} />
        </Card>
      );
  }
}

function Server({ system: { version, now } }: { system: System }) {
  const { system } = useTexts();
  const { exact } = useFormats();
  return (
    <Descriptions
      column={1}
      size="small"
      styles={{ label: { width: 140 } }}
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
