import { useQueryClient } from '@tanstack/react-query';
import { Button, Drawer, Flex, Tag, Typography, type TableProps } from 'antd';
import { listWebhookDeliveries, replayWebhookDelivery, type Webhook, type WebhookDelivery } from '../../api';
import { useTexts } from '../../i18n';
import { PagedTable } from '../../shared/PagedTable';
import { Time } from '../../shared/Time';
import { useAct } from '../../shared/useAct';
import { useFocusBack } from '../../shared/useFocusBack';
import { usePages } from '../../shared/usePages';
import { webhooksKey } from './webhooksKey';

const COLOURS = new Map([
  ['delivered', 'success'],
  ['failed', 'error'],
  ['pending', 'processing'],
]);
/** How often they are asked for while one is on its way, in milliseconds. */
const WATCH_EVERY = 3_000;

/** What a webhook was told lately, and what came back. */
export function WebhookDeliveries({ tenantId, webhook, onClose }: { tenantId: number; webhook: Webhook | null; onClose: () => void }) {
  const { webhooks } = useTexts().integrations;
  const isOpen = webhook !== null;
  useFocusBack(isOpen);
  return (
    <Drawer open={isOpen} size={720} title={webhooks.deliveries} onClose={onClose} destroyOnHidden>
      {webhook && <Deliveries tenantId={tenantId} webhookId={webhook.id} />}
    </Drawer>
  );
}

function Deliveries({ tenantId, webhookId }: { tenantId: number; webhookId: string }) {
  const { webhooks } = useTexts().integrations;
  const queries = useQueryClient();
  const key = [...webhooksKey(tenantId), webhookId, 'deliveries'];
  const pages = usePages<WebhookDelivery>(key, (cursor) => listWebhookDeliveries(tenantId, webhookId, cursor), {
    refetchInterval: (items) => (items.some(({ state }) => state === 'pending') ? WATCH_EVERY : false),
  });
  const replay = useAct({
    act: (deliveryId: string) => replayWebhookDelivery(tenantId, webhookId, deliveryId),
    done: webhooks.replayed,
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  return <PagedTable label={webhooks.deliveries} pages={pages} columns={useColumns((id) => replay.mutate(id))} rowKey={({ id }) => id} empty={webhooks.nothingTold} />;
}

const oneLine = () => ({ style: { whiteSpace: 'nowrap' as const } });

function useColumns(onReplay: (id: string) => void): NonNullable<TableProps<WebhookDelivery>['columns']> {
  const { webhooks } = useTexts().integrations;
  const states = new Map(Object.entries(webhooks.states));
  return [
    { title: webhooks.columns.at, key: 'at', render: (_, { createdAt }) => <Time at={createdAt} /> },
    { title: webhooks.columns.event, key: 'event', onCell: oneLine, render: (_, { event }) => webhooks.events[event] },
    {
      title: webhooks.columns.state,
      key: 'state',
      render: (_, { state, tries, attempts }) => {
        const last = tries.at(-1);
        return (
          <Flex vertical align="start">
            <Tag color={COLOURS.get(state) ?? 'default'}>{states.get(state) ?? state}</Tag>
            {last && <Typography.Text type="secondary">{webhooks.tried(attempts, last.detail ?? String(last.status ?? ''))}</Typography.Text>}
          </Flex>
        );
      },
    },
    {
      title: webhooks.columns.acts,
      key: 'acts',
      render: (_, { id }) => (
        <Button size="small" onClick={() => onReplay(id)}>
          {webhooks.replay}
        </Button>
      ),
    },
  ];
}
