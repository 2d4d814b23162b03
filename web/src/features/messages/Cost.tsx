import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Card, Flex, Segmented, Typography } from 'antd';
import { previewMessage, sentence, type MessageCost, type MessagePreview, type NewMessage } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats, type Formats } from '../../shared/formats';
import { problemText } from '../../shared/ProblemAlert';
import { useDelayed } from '../../shared/useDelayed';
import { messagesKey } from './keys';

type Delivery = NonNullable<NewMessage['delivery']>;
const DELIVERIES = ['auto', 'tracked', 'broadcast'] as const satisfies Delivery[];

interface Props {
  tenantId: number;
  message: NewMessage;
  delivery: Delivery;
  onDelivery: (delivery: Delivery) => void;
}

/** What would come of the message, asked of the server while it is written: whom it reaches and what it costs. */
export function Cost({ tenantId, message, delivery, onDelivery }: Props) {
  const texts = useTexts();
  const { cost } = texts.messages;
  const settled = useDelayed(JSON.stringify(message), 500);
  const { audience } = message;
  const hasAudience = Boolean(audience.everyone ?? audience.departmentIds?.length ?? audience.memberIds?.length);
  const preview = useQuery({
    queryKey: [...messagesKey(tenantId), 'preview', settled],
    queryFn: () => previewMessage(tenantId, JSON.parse(settled) as NewMessage),
    enabled: hasAudience,
    placeholderData: keepPreviousData,
    retry: false,
  });
  return (
    <Card title={cost.title} size="small">
      <Flex vertical gap={12} aria-live="polite">
        <Segmented<Delivery>
          block
          aria-label={cost.delivery}
          value={delivery}
          options={DELIVERIES.map((value) => ({ value, label: cost.deliveries[value] }))}
          onChange={onDelivery}
        />
        {!hasAudience && <Typography.Text type="secondary">{cost.waiting}</Typography.Text>}
        {hasAudience && preview.error && <Typography.Text type="warning">{problemText(preview.error, texts)}</Typography.Text>}
        {hasAudience && !preview.error && preview.data && <Known preview={preview.data} />}
      </Flex>
    </Card>
  );
}

function Known({ preview }: { preview: MessagePreview }) {
  const { messages } = useTexts();
  const { cost } = messages;
  const format = useFormats();
  const { number } = format;
  const { recipients, excluded, unresolved, quota, warnings } = preview;
  const isBroadcast = preview.delivery === 'broadcast';
  const price = isBroadcast ? (preview.broadcast ?? preview.tracked) : preview.tracked;
  return (
    <>
      <Typography.Text strong style={{ fontSize: 16 }}>
        {cost.recipients(number(recipients))}
      </Typography.Text>
      {excluded > 0 && <Typography.Text>{cost.excluded(number(excluded))}</Typography.Text>}
      <Typography.Text type="secondary">{isBroadcast ? cost.chosen.broadcast : cost.chosen.tracked}</Typography.Text>
      <Typography.Text type="secondary">{calls(price, cost.calls, format)}</Typography.Text>
      <Typography.Text type="secondary">
        {cost.month(number(quota.used), number(quota.limit))}
        {', '}
        {cost.after(number(quota.usedAfterAtMost))}
      </Typography.Text>
      <Typography.Text type="secondary">{cost.bytes(number(preview.bytes), number(preview.maximumBytes))}</Typography.Text>
      {unresolved.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={messages.unresolved(unresolved.length)}
          description={unresolved.slice(0, SHOWN).map(({ asked, detail }) => (
            <div key={asked}>{messages.reason(asked, detail)}</div>
          ))}
        />
      )}
      {warnings.map(({ kind, detail, remedy }) => (
        <Alert key={kind} type="warning" showIcon title={sentence(detail)} description={sentence(remedy)} />
      ))}
    </>
  );
}

/** So many of those who cannot be reached are named here; the message names all of them. */
const SHOWN = 5;

function calls({ sending, readingLeast, readingMost }: MessageCost, text: (...counts: [string, string, string]) => string, { number }: Formats): string {
  return text(number(sending), number(readingLeast), number(readingMost));
}
