import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Card, Flex, Form, InputNumber } from 'antd';
import { changeMessageSettings, getDingTalkUsage, getMessageSettings, type MessageSettings } from '../../api';
import { useTexts } from '../../i18n';
import { FormFoot } from '../../shared/FormFoot';
import { Loaded } from '../../shared/Loaded';
import { Page } from '../../shared/Page';
import { useTenant } from '../tenants/TenantScope';
import { messagesKey, usageKey } from './keys';
import { Meter } from './Meter';

const settingsKey = (tenantId: number) => [...messagesKey(tenantId), 'settings'] as const;

/** The month's calls to DingTalk, and what is chosen about messages. */
export function UsagePage() {
  const { usage } = useTexts().messages;
  const { id: tenantId } = useTenant();
  const month = useQuery({ queryKey: usageKey(tenantId), queryFn: () => getDingTalkUsage(tenantId) });
  const settings = useQuery({ queryKey: settingsKey(tenantId), queryFn: () => getMessageSettings(tenantId) });
  return (
    <Page title={usage.title} intro={usage.intro}>
      <Card title={usage.month}>
        <Loaded query={month}>{(found) => <Meter tenantId={tenantId} usage={found} />}</Loaded>
      </Card>
      <Card title={usage.settings}>
        <Loaded query={settings}>{(found) => <Settings tenantId={tenantId} settings={found} />}</Loaded>
      </Card>
    </Page>
  );
}

function Settings({ tenantId, settings }: { tenantId: number; settings: MessageSettings }) {
  const texts = useTexts();
  const { usage } = texts.messages;
  const queries = useQueryClient();
  const { message } = App.useApp();
  const save = useMutation({
    mutationFn: (fields: MessageSettings) => changeMessageSettings(tenantId, fields),
    onSuccess: (saved) => {
      queries.setQueryData(settingsKey(tenantId), saved);
      void message.success(usage.saved);
      // Another limit is another level.
      return queries.invalidateQueries({ queryKey: usageKey(tenantId) });
    },
  });
  const required = [{ required: true, message: texts.required }];
  return (
    <Form<MessageSettings> layout="vertical" requiredMark={false} initialValues={settings} onFinish={(fields) => save.mutate(fields)}>
      <Flex gap={24} wrap>
        <Form.Item name="monthlyCalls" label={usage.monthlyCalls} extra={usage.monthlyCallsHint} rules={required}>
          <InputNumber min={100} max={100_000_000} precision={0} style={{ width: 180 }} />
        </Form.Item>
        <Form.Item name="keptDays" label={usage.keptDays} extra={usage.keptDaysHint} rules={required}>
          <InputNumber min={2} max={3_650} precision={0} style={{ width: 180 }} />
        </Form.Item>
      </Flex>
      <FormFoot sending={save} />
    </Form>
  );
}
