import { useQuery } from '@tanstack/react-query';
import { Empty, Flex } from 'antd';
import { Link } from 'react-router';
import { listMessages } from '../../api';
import { useTexts } from '../../i18n';
import { Loaded } from '../../shared/Loaded';
import { messagesKey } from '../messages/keys';
import { daysOf } from './days';
import { DaysChart } from './DaysChart';

/** As many as the server gives at once. */
const MOST = 500;

/** What became of the messages of the last days. */
export function MessagesOfDays({ tenantId }: { tenantId: number }) {
  const { overview, messages: texts } = useTexts();
  const messages = useQuery({ queryKey: [...messagesKey(tenantId), 'days'], queryFn: () => listMessages(tenantId, { limit: MOST }) });
  return (
    <Loaded query={messages}>
      {({ items, nextCursor }) =>
        items.length === 0 ? (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.empty}>
            <Link to={`/tenants/${tenantId}/messages/new`}>{texts.compose.title}</Link>
          </Empty>
        ) : (
          <Flex vertical gap={12}>
            <DaysChart days={daysOf(items, nextCursor === undefined)} />
            <Link to={`/tenants/${tenantId}/messages`}>{overview.toMessages}</Link>
          </Flex>
        )
      }
    </Loaded>
  );
}
