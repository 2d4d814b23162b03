import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Form, Input, Modal } from 'antd';
import { createWebhook, type NewWebhook, type WebhookEvent } from '../../api';
import { useTexts } from '../../i18n';
import { Copyable } from '../../shared/Copyable';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { webhooksKey } from './webhooksKey';

/** What can be chosen; `ping` is the test. */
const EVENTS = ['message.settled', 'sync.finished', 'member.changed'] as const satisfies WebhookEvent[];

/** Makes a webhook and shows its secret, this once. */
export function CreateWebhook({ tenantId, open, onClose }: { tenantId: number; open: boolean; onClose: () => void }) {
  const texts = useTexts();
  const { webhooks } = texts.integrations;
  const queries = useQueryClient();
  const [form] = Form.useForm<NewWebhook>();
  const create = useMutation({
    mutationFn: ({ url, description, events }: NewWebhook) =>
      createWebhook(tenantId, { url: url.trim(), events, ...(description && { description: description.trim() }) }),
    onSuccess: () => queries.invalidateQueries({ queryKey: webhooksKey(tenantId) }),
  });
  const secret = create.data?.secret;
  const required = { required: true, message: texts.required };
  return (
    <Modal
      open={open}
      title={webhooks.create}
      okText={webhooks.create}
      cancelText={texts.cancel}
      confirmLoading={create.isPending}
      onOk={form.submit}
      onCancel={onClose}
      afterClose={create.reset}
      mask={{ closable: false }}
      destroyOnHidden
      {...(secret && { footer: <Button type="primary" onClick={onClose}>{texts.close}</Button> })}
    >
      {secret ? (
        <>
          <Alert type="warning" showIcon title={webhooks.once} style={{ marginBottom: 16 }} />
          <Copyable value={secret} label={webhooks.secret} />
        </>
      ) : (
        <Form<NewWebhook> form={form} layout="vertical" requiredMark={false} preserve={false} onFinish={(fields) => create.mutate(fields)}>
          <Form.Item name="url" label={webhooks.url} rules={[{ ...required, whitespace: true }]}>
            <Input autoFocus inputMode="url" placeholder="https://" />
          </Form.Item>
          <Form.Item name="description" label={webhooks.description}>
            <Input maxLength={200} />
          </Form.Item>
          <Form.Item name="events" label={webhooks.told} rules={[{ ...required, type: 'array' }]}>
            <Checkbox.Group options={EVENTS.map((value) => ({ value, label: webhooks.events[value] }))} />
          </Form.Item>
          <ProblemAlert error={create.error} />
        </Form>
      )}
    </Modal>
  );
}
