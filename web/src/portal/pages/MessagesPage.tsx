import { useInfiniteQuery } from '@tanstack/react-query';
import { listReceivedMessages, type ReceivedMessage } from '../api';
import { useInside } from '../door/Door';
import { useLanguage, useTexts } from '../i18n';
import { Button } from '../parts/forms';
import { moment } from '../parts/formats';
import { Empty, Failed, Loading } from '../parts/states';
import { Title } from '../parts/Title';
import list from '../parts/list.module.css';

/** What was sent to me, the newest first. */
export function MessagesPage() {
  const texts = useTexts();
  const { tenantId } = useInside();
  const received = useInfiniteQuery({
    queryKey: ['messages', tenantId],
    queryFn: ({ pageParam }) => listReceivedMessages(tenantId, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
  });
  if (received.isPending) return <Loading />;
  if (received.error) return <Failed error={received.error} onRetry={() => void received.refetch()} />;
  const items = received.data.pages.flatMap((page) => page.items);
  return (
    <>
      <Title>{texts.messages}</Title>
      {items.length === 0 && !received.hasNextPage && <Empty hint={texts.noMessagesHint}>{texts.noMessages}</Empty>}
      {items.length > 0 && (
        <ul className={list.list}>
          {items.map((message) => (
            <Message key={message.id} message={message} />
          ))}
        </ul>
      )}
      {received.hasNextPage && (
        <Button kind="quiet" isBusy={received.isFetchingNextPage} onClick={() => void received.fetchNextPage()}>
          {texts.more}
        </Button>
      )}
    </>
  );
}

function Message({ message }: { message: ReceivedMessage }) {
  const { texts, language } = useLanguage();
  const { sentAt, title, text, attachment, url } = message;
  return (
    <li>
      <article className={list.person}>
        <small>
          <time dateTime={sentAt}>{moment(sentAt, language)}</time>
        </small>
        {title && <p>{url ? <a href={url}>{title}</a> : title}</p>}
        {text && <p className={list.message}>{text}</p>}
        {attachment && <p>{texts.attachment[attachment]}</p>}
      </article>
    </li>
  );
}
