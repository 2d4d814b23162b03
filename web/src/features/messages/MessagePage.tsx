import { Alert, Card, Descriptions, Flex } from 'antd';
import { useParams } from 'react-router';
import type { Message } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { Loaded } from '../../shared/Loaded';
import { Page } from '../../shared/Page';
import { useTenant } from '../tenants/TenantScope';
import { summaryOf } from './content';
import { MessageActions } from './MessageActions';
import { MessagePreview } from './MessagePreview';
import { MessageStatusTag } from './MessageStatusTag';
import styles from './messages.module.css';
import { Recipients } from './Recipients';
import { StateBar } from './StateBar';
import { useMessage } from './useMessage';

/** One message: what it said, and what became of it at each person, live. */
export function MessagePage() {
  const { id: tenantId } = useTenant();
  const { messageId = '' } = useParams<'messageId'>();
  const { message, isFollowed } = useMessage(tenantId, messageId);
  return <Loaded query={message}>{(found) => <Shown tenantId={tenantId} message={found} isFollowed={isFollowed} />}</Loaded>;
}

function Shown({ tenantId, message, isFollowed }: { tenantId: number; message: Message; isFollowed: boolean }) {
  const { messages } = useTexts();
  return (
    <Page
      title={summaryOf(message.content) || messages.untitled}
      intro={<MessageStatusTag status={message.status} />}
      actions={<MessageActions tenantId={tenantId} message={message} />}
    >
      <div className={styles.columns}>
        <Flex vertical gap={16}>
          <Card title={messages.results}>
            <StateBar counts={message.counts} total={message.recipients} />
          </Card>
          <Unresolved message={message} />
          <Recipients tenantId={tenantId} message={message} isFollowed={isFollowed} />
        </Flex>
        <Flex vertical gap={16} className={styles.aside}>
          <Card title={messages.types[message.content.type]} size="small">
            <MessagePreview content={message.content} />
          </Card>
          <Card size="small">
            <Facts message={message} />
          </Card>
        </Flex>
      </div>
    </Page>
  );
}

/** Who was meant and cannot receive it, and why. */
function Unresolved({ message: { unresolved } }: { message: Message }) {
  const { messages } = useTexts();
  if (unresolved.length === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={messages.unresolved(unresolved.length)}
      description={unresolved.map(({ asked, detail }) => (
        <div key={asked}>{messages.reason(asked, detail)}</div>
      ))}
    />
  );
}

function Facts({ message }: { message: Message }) {
  const { messages } = useTexts();
  const { moment, number } = useFormats();
  const { facts } = messages;
  const times = [
    ['createdAt', message.createdAt],
    ['recalledAt', message.recalledAt],
    ['cancelledAt', message.cancelledAt],
    ['heldUntil', message.heldUntil],
    ['settledAt', message.settledAt],
    ['resultsReadAt', message.resultsReadAt],
    ['resultsDueAt', message.resultsDueAt],
  ] as const;
  return (
    <Descriptions
      column={1}
      size="small"
      items={[
        { key: 'sender', label: facts.sender, children: new Map(Object.entries(messages.senders)).get(message.sender.kind) ?? message.sender.kind },
        { key: 'recipients', label: messages.columns.recipients, children: number(message.recipients) },
        { key: 'delivery', label: facts.delivery, children: new Map(Object.entries(messages.deliveries)).get(message.delivery) ?? message.delivery },
        { key: 'calls', label: facts.calls, children: number(message.calls?.length ?? 0) },
        ...times.flatMap(([key, at]) => (at === undefined ? [] : [{ key, label: facts[key], children: moment(at) }])),
      ]}
    />
  );
}
