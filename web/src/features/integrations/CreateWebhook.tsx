import { Checkbox, Form, Input } from 'antd';
import { createWebhook, type NewWebhook, type WebhookEvent } from '../../api';
import { useTexts } from '../../i18n';
import { MakeSecret } from '../../shared/MakeSecret';
import { webhooksKey } from './webhooksKey';

/** What can be chosen; `ping` is the test. */
const EVENTS = ['message.settled', 'sync.finished', 'member.changed'] as const satisfies WebhookEvent[];

/** Makes a webhook and shows its secret, this once. */
export function CreateWebhook({ tenantId, open, onClose }: { tenantId: number; open: boolean; onClose: () => void }) {
  const texts = useTexts();
  const { webhooks } = texts.integrations;
  const required = { required: true, message: texts.required };
  const create = ({ url, description, events }: NewWebhook) =>
    createWebhook(tenantId, { url: url.trim(), events, ...(description && { description: description.trim() }) });
  return (
    <MakeSecret
      open={open}
      onClose={onClose}
      action={webhooks.create}
      make={create}
      listKey={webhooksKey(tenantId)}
      secretOf={({ secret }) => ({ value: secret ?? '' })}
      secret={webhooks.secret}
      warning={webhooks.once}
    >
      <Form.Item name="url" label={webhooks.url} rules={[{ ...required, whitespace: true }]}>
        <Input autoFocus inputMode="url" placeholder="https://" />
      </Form.Item>
      <Form.Item name="description" label={webhooks.description}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="events" label={webhooks.told} rules={[{ ...required, type: 'array' }]}>
        <Checkbox.Group options={EVENTS.map((value) => ({ value, label: webhooks.events[value] }))} />
      </Form.Item>
    </MakeSecret>
  );
}
