import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Flex, Form, Input, Switch, Typography } from 'antd';
import { examineDingTalk, putDingTalkApplication, type DingTalkApplication, type PutDingTalkApplication } from '../../api';
import { useTexts } from '../../i18n';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { dingTalkKey, doctorKey } from './dingTalkKey';

interface Fields {
  agentId: string;
  clientId: string;
  clientSecret?: string;
  corpId?: string;
  enabled: boolean;
}

interface Props {
  tenantId: number;
  application: DingTalkApplication | null;
  /** Called when the values are saved and examined. */
  onTest: () => void;
  /** Called when they are saved. */
  onSaved?: () => void;
}

/** The application's four values, under the names of both console vintages. The secret only ever goes in. */
export function ApplicationForm({ tenantId, application, onTest, onSaved }: Props) {
  const texts = useTexts();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const save = useMutation({
    mutationFn: async ({ fields, isTest }: { fields: Fields; isTest: boolean }) => {
      const saved = await putDingTalkApplication(tenantId, input(fields));
      return { saved, report: isTest ? await examineDingTalk(tenantId) : undefined };
    },
    onSuccess: ({ saved, report }) => {
      queries.setQueryData(dingTalkKey(tenantId), saved);
      form.setFieldValue('clientSecret', '');
      void message.success(texts.dingtalk.saved);
      onSaved?.();
      if (report === undefined) return;
      queries.setQueryData(doctorKey(tenantId), report);
      onTest();
    },
  });
  const test = () => form.validateFields().then(
    (fields) => save.mutate({ fields, isTest: true }),
    // The fields say what is missing.
    () => undefined,
  );
  const required = { required: true, whitespace: true, message: texts.required };
  const shared = application?.warnings.find((warning) => warning.code === 'sameEnterprise');
  const initial: Fields = {
    agentId: application?.agentId ?? '',
    clientId: application?.clientId ?? '',
    corpId: application?.corpId ?? '',
    enabled: application?.enabled ?? true,
  };
  return (
    <Form<Fields> form={form} layout="vertical" requiredMark={false} initialValues={initial} onFinish={(fields) => save.mutate({ fields, isTest: false })}>
      <Typography.Paragraph type="secondary">{texts.dingtalk.intro}</Typography.Paragraph>
      {shared && (
        <Alert style={{ marginBottom: 16 }} type="warning" showIcon title={texts.dingtalk.sameEnterprise(shared.names.join(', '))} />
      )}
      <Form.Item name="agentId" label={texts.dingtalk.agentId} rules={[required, { pattern: /^\s*\d+\s*$/, message: texts.dingtalk.digits }]}>
        <Input inputMode="numeric" autoComplete="off" />
      </Form.Item>
      <Form.Item name="clientId" label={texts.dingtalk.clientId} rules={[required]}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="clientSecret"
        label={texts.dingtalk.clientSecret}
        extra={application && texts.dingtalk.keepSecret}
        rules={application ? [] : [required]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item name="corpId" label={texts.dingtalk.corpId}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="enabled" label={texts.dingtalk.enabled} valuePropName="checked" extra={texts.dingtalk.enabledHint}>
        <Switch />
      </Form.Item>
      <Flex vertical gap={16}>
        <ProblemAlert error={save.error} />
        <Flex gap={8} wrap>
          <Button type="primary" htmlType="submit" loading={save.isPending && !save.variables.isTest}>
            {texts.save}
          </Button>
          <Button onClick={() => void test()} loading={save.isPending && save.variables.isTest}>
            {texts.dingtalk.saveAndTest}
          </Button>
        </Flex>
      </Flex>
    </Form>
  );
}

/** Values copied from a console carry spaces; what was left empty is not sent. */
function input({ agentId, clientId, clientSecret, corpId, enabled }: Fields): PutDingTalkApplication {
  const secret = clientSecret?.trim();
  const corp = corpId?.trim();
  return {
    agentId: agentId.trim(),
    clientId: clientId.trim(),
    enabled,
    ...(secret && { clientSecret: secret }),
    ...(corp && { corpId: corp }),
  };
}
