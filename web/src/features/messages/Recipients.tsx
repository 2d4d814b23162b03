import { Button, Card, Flex, Select, Tag, Typography, type TableProps } from 'antd';
import { exportRecipients, listRecipients, sentence, type DeliveryState, type Message, type Recipient } from '../../api';
import { useTexts } from '../../i18n';
import { download } from '../../shared/download';
import { PagedTable } from '../../shared/PagedTable';
import { Time } from '../../shared/Time';
import { useAct } from '../../shared/useAct';
import { useFilters } from '../../shared/useFilters';
import { usePages } from '../../shared/usePages';
import { recipientsKey } from './keys';
import { askAgainIn, STATE_COLOURS, STATES } from './states';

interface Props {
  tenantId: number;
  message: Message;
  /** Whether somebody tells when they are to be loaded again; otherwise they are asked for as often as the message. */
  isFollowed: boolean;
}

/** What became of a message at each person, with the reason where it did not arrive. */
export function Recipients({ tenantId, message, isFollowed }: Props) {
  const { messages } = useTexts();
  const [filters, setFilters] = useFilters('state');
  const state = STATES.find((known) => known === filters.state);
  const pages = usePages<Recipient>(
    [...recipientsKey(tenantId, message.id), state],
    (cursor) => listRecipients(tenantId, message.id, state, cursor),
    { refetchInterval: () => !isFollowed && askAgainIn(message) },
  );
  const csv = useAct({
    act: () => exportRecipients(tenantId, message.id, state),
    onDone: (file) => download(file, `recipients-${message.id}.csv`),
  });
  return (
    <Card
      title={messages.columns.recipients}
      extra={
        <Flex gap={8}>
          <Select
            aria-label={messages.columns.state}
            style={{ width: 160 }}
            value={state ?? ''}
            options={[{ value: '', label: messages.anyState }, ...STATES.map((value) => ({ value, label: messages.states[value] }))]}
            onChange={(state) => setFilters({ state })}
          />
          <Button loading={csv.isPending} onClick={() => csv.mutate()}>
            {messages.export}
          </Button>
        </Flex>
      }
    >
      <PagedTable label={messages.columns.recipients} pages={pages} columns={useColumns()} rowKey={({ memberId }) => memberId} empty={messages.nobody} />
    </Card>
  );
}

function useColumns(): NonNullable<TableProps<Recipient>['columns']> {
  const { messages } = useTexts();
  const names = new Map<string, string>(Object.entries(messages.states));
  return [
    { title: messages.columns.name, dataIndex: 'name', key: 'name' },
    {
      title: messages.columns.state,
      key: 'state',
      render: (_, { state, code, detail }) => (
        <Flex vertical align="start" style={{ maxWidth: 260 }}>
          <Tag color={STATE_COLOURS[state as DeliveryState]}>{names.get(state) ?? state}</Tag>
          {detail && <Typography.Text type="secondary">{[sentence(detail), code].filter(Boolean).join(' · ')}</Typography.Text>}
        </Flex>
      ),
    },
    { title: messages.columns.dingtalkUserId, dataIndex: 'dingtalkUserId', key: 'dingtalkUserId' },
    { title: messages.columns.updatedAt, key: 'updatedAt', onCell: () => ({ style: { whiteSpace: 'nowrap' } }), render: (_, { updatedAt }) => <Time at={updatedAt} /> },
  ];
}
