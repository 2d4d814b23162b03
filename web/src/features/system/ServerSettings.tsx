import { Flex, Table, Tag, Typography } from 'antd';
import type { System } from '../../api';
import { useTexts } from '../../i18n';

type Setting = System['settings'][number];

/** What was decided where the server is started, and where each value came from. Nothing of it is changed here. */
export function ServerSettings({ settings }: { settings: Setting[] }) {
  const { settings: texts } = useTexts().system;
  return (
    <Flex vertical gap={12}>
      <Typography.Text type="secondary">{texts.intro}</Typography.Text>
      <Table<Setting>
        aria-label={texts.title}
        size="small"
        pagination={false}
        rowKey={({ name }) => name}
        dataSource={settings}
        columns={[
          { title: texts.name, key: 'name', render: (_, { name }) => <code>{name}</code> },
          {
            title: texts.value,
            key: 'value',
            render: (_, { value }) =>
              value === undefined ? (
                <Typography.Text type="secondary">{texts.notSet}</Typography.Text>
              ) : (
                <span style={{ overflowWrap: 'anywhere' }}>{value}</span>
              ),
          },
          {
            title: texts.origin,
            key: 'origin',
            // What somebody set themselves stands out among what is as it came.
            render: (_, { origin }) => origin && <Tag color={origin === 'default' ? 'default' : 'blue'}>{texts.origins[origin]}</Tag>,
          },
        ]}
      />
    </Flex>
  );
}
