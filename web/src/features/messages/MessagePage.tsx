import { Alert, Card, Flex } from 'antd';
import { useParams } from 'react-router';
import type { Message } from '../../api';
import { useTexts } from '../../i18n';
import { Loaded } from '../../shared/Loaded';
import { Page } from '../../shared/Page';
import { useTenant } from '../tenants/TenantScope';
import { summaryOf } from './content';
import { MessageActions } from './MessageActions';
import { MessageFacts } from './MessageFacts';
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
            <MessageFacts tenantId={tenantId} message={message} />
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
