import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Empty, Flex, Switch, Tag, Typography } from 'antd';
import { useState } from 'react';
import { changeWebhook, deleteWebhook, listWebhooks, pingWebhook, type Webhook } from '../../api';
import { useTexts } from '../../i18n';
import { Loaded } from '../../shared/Loaded';
import { useAct } from '../../shared/useAct';
import { useConfirm } from '../../shared/useConfirm';
import { CreateWebhook } from './CreateWebhook';
import { WebhookDeliveries } from './WebhookDeliveries';
import { webhooksKey } from './webhooksKey';

/** Whom the tenant tells what happened, and whether they heard it. */
export function Webhooks({ tenantId }: { tenantId: number }) {
  const { webhooks } = useTexts().integrations;
  const [creating, setCreating] = useState(false);
  const [watched, setWatched] = useState<Webhook | null>(null);
  const query = useQuery({ queryKey: webhooksKey(tenantId), queryFn: () => listWebhooks(tenantId) });
  return (
    <Flex vertical gap={16}>
      <Flex justify="space-between" gap={16} wrap>
        <Typography.Text type="secondary" style={{ flex: '1 1 320px' }}>
          {webhooks.intro}
        </Typography.Text>
        <Button type="primary" onClick={() => setCreating(true)}>
          {webhooks.create}
        </Button>
      </Flex>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Card>
              <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={webhooks.empty} />
            </Card>
          ) : (
            items.map((webhook) => <One key={webhook.id} tenantId={tenantId} webhook={webhook} onWatch={() => setWatched(webhook)} />)
          )
        }
      </Loaded>
      <CreateWebhook tenantId={tenantId} open={creating} onClose={() => setCreating(false)} />
      <WebhookDeliveries tenantId={tenantId} webhook={watched} onClose={() => setWatched(null)} />
    </Flex>
  );
}

function One({ tenantId, webhook, onWatch }: { tenantId: number; webhook: Webhook; onWatch: () => void }) {
  const { webhooks } = useTexts().integrations;
  const queries = useQueryClient();
  const confirm = useConfirm();
  const refresh = () => queries.invalidateQueries({ queryKey: webhooksKey(tenantId) });
  const { id, url, description, events, enabled } = webhook;
  const change = useAct({ act: (enabled: boolean) => changeWebhook(tenantId, id, { enabled }), onSettled: refresh });
  const ping = useAct({ act: () => pingWebhook(tenantId, id), done: webhooks.pinged, onDone: onWatch });
  const remove = () =>
    confirm({
      title: webhooks.deleteTitle(url),
      consequence: webhooks.deleteResult,
      action: webhooks.delete,
      isDangerous: true,
      done: webhooks.deleted,
      run: () => deleteWebhook(tenantId, id).finally(refresh),
    });
  return (
    <Card size="small">
      <Flex justify="space-between" gap={16} wrap align="center">
        <Flex vertical gap={4} style={{ flex: '1 1 320px', minWidth: 0 }}>
          <Typography.Text strong style={{ overflowWrap: 'anywhere' }}>
            {url}
          </Typography.Text>
          {description && <Typography.Text type="secondary">{description}</Typography.Text>}
          <div>
            {events.map((event) => (
              <Tag key={event}>{webhooks.events[event]}</Tag>
            ))}
          </div>
        </Flex>
        <Flex gap={8} align="center" wrap>
          <Switch aria-label={`${webhooks.enabled} ${url}`} checked={enabled} loading={change.isPending} onChange={(on) => change.mutate(on)} />
          <Button onClick={onWatch}>{webhooks.deliveries}</Button>
          <Button loading={ping.isPending} onClick={() => ping.mutate()}>
            {webhooks.ping}
          </Button>
          <Button danger onClick={remove}>
            {webhooks.delete}
          </Button>
        </Flex>
      </Flex>
    </Card>
  );
}
