import { Button, Flex, Select, Tag, Typography, type TableProps } from 'antd';
import { Link, useNavigate } from 'react-router';
import { listMessages, type Message, type MessageQuery, type MessageStatus } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { Page } from '../../shared/Page';
import { PagedTable } from '../../shared/PagedTable';
import { SearchField } from '../../shared/SearchField';
import { Time } from '../../shared/Time';
import { useFilters, type Filters } from '../../shared/useFilters';
import { usePages } from '../../shared/usePages';
import { useTenant } from '../tenants/TenantScope';
import { summaryOf } from './content';
import { messagesKey } from './keys';
import { MessageStatusTag } from './MessageStatusTag';
import { isMoving } from './states';

/** How often the list is asked for while something in it moves, in milliseconds. */
const WATCH_EVERY = 5_000;

/** What was sent, the newest first, with how far each has come. */
export function MessagesPage() {
  const { messages } = useTexts();
  const { id: tenantId } = useTenant();
  const navigate = useNavigate();
  const [filters, setFilters] = useFilters('q', 'status');
  const query = messageQuery(filters);
  const pages = usePages<Message>([...messagesKey(tenantId), 'list', query], (cursor) => listMessages(tenantId, { ...query, ...(cursor && { cursor }) }), {
    refetchInterval: (items) => (items.some(isMoving) ? WATCH_EVERY : false),
  });
  return (
    <Page
      title={messages.title}
      intro={messages.intro}
      actions={
        <>
          <Button onClick={() => void navigate(`/tenants/${tenantId}/messages/usage`)}>{messages.usage.title}</Button>
          <Button type="primary" onClick={() => void navigate(`/tenants/${tenantId}/messages/new`)}>
            {messages.compose.title}
          </Button>
        </>
      }
    >
      <Flex component="search" gap={12} wrap>
        <SearchField label={messages.search} value={filters.q ?? ''} onChange={(q) => setFilters({ q })} />
        <Select
          aria-label={messages.columns.status}
          style={{ width: 140 }}
          value={filters.status ?? ''}
          options={[{ value: '', label: messages.anyStatus }, ...Object.entries(messages.statuses).map(([value, label]) => ({ value, label }))]}
          onChange={(status) => setFilters({ status })}
        />
      </Flex>
      <PagedTable label={messages.title} pages={pages} columns={useColumns(tenantId)} rowKey={({ id }) => id} empty={query.q || query.status ? messages.noneFound : messages.empty} />
    </Page>
  );
}

/** How many stand on a page. */
const LIMIT = 30;
const STATUSES = ['sending', 'held', 'sent', 'failed', 'recalled', 'cancelled'] as const satisfies MessageStatus[];

function messageQuery({ q, status }: Filters<'q' | 'status'>): MessageQuery {
  const known = STATUSES.find((value) => value === status);
  return { limit: LIMIT, ...(q && { q }), ...(known && { status: known }) };
}

function useColumns(tenantId: number): NonNullable<TableProps<Message>['columns']> {
  const { messages } = useTexts();
  const { number } = useFormats();
  return [
    {
      title: messages.columns.content,
      key: 'content',
      render: (_, { id, content }) => (
        <Flex gap={8} align="center" style={{ maxWidth: 420 }}>
          <Tag>{messages.types[content.type]}</Tag>
          <Typography.Text ellipsis>
            <Link to={`/tenants/${tenantId}/messages/${id}`}>{summaryOf(content) || messages.untitled}</Link>
          </Typography.Text>
        </Flex>
      ),
    },
    { title: messages.columns.status, key: 'status', render: (_, { status }) => <MessageStatusTag status={status} /> },
    { title: messages.columns.recipients, key: 'recipients', align: 'end', render: (_, { recipients }) => number(recipients) },
    { title: messages.states.read, key: 'read', align: 'end', render: (_, { counts }) => number(counts.read) },
    {
      title: messages.columns.problems,
      key: 'problems',
      align: 'end',
      render: (_, { counts }) => number(counts.refused + counts.invalid + counts.failed + counts.unknown),
    },
    { title: messages.columns.createdAt, key: 'createdAt', render: (_, { createdAt }) => <Time at={createdAt} /> },
  ];
}
