import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Flex, Form, Input, Switch, Typography } from 'antd';
import { putDingTalkApplication, type DingTalkApplication, type PutDingTalkApplication } from '../../api';
import { useTexts } from '../../i18n';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { dingTalkKey } from './dingTalkKey';

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
  open: boolean;
  onClose: () => void;
}

/** The application's four values, under the names of both console vintages. The secret only ever goes in. */
export function ConnectDingTalk({ tenantId, application, open, onClose }: Props) {
  const texts = useTexts();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const save = useMutation({
    mutationFn: (fields: Fields) => putDingTalkApplication(tenantId, input(fields)),
    onSuccess: (saved) => {
      queries.setQueryData(dingTalkKey(tenantId), saved);
      void message.success(texts.dingtalk.saved);
      onClose();
    },
  });
  const required = { required: true, whitespace: true, message: texts.required };
  const initial: Fields = {
    agentId: application?.agentId ?? '',
    clientId: application?.clientId ?? '',
    corpId: application?.corpId ?? '',
    enabled: application?.enabled ?? true,
  };
  return (
    <Drawer
      open={open}
      title={texts.dingtalk.title}
      onClose={onClose}
      destroyOnHidden
      afterOpenChange={(isOpen) => !isOpen && save.reset()}
    >
      <Typography.Paragraph type="secondary">{texts.dingtalk.intro}</Typography.Paragraph>
      {application && <Connected application={application} />}
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        preserve={false}
        initialValues={initial}
        onFinish={(fields) => save.mutate(fields)}
      >
        <Form.Item
          name="agentId"
          label={texts.dingtalk.agentId}
          rules={[required, { pattern: /^\s*\d+\s*$/, message: texts.dingtalk.digits }]}
        >
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
        <Form.Item name="enabled" label={texts.dingtalk.enabled} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Flex vertical gap={16}>
          <ProblemAlert error={save.error} />
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {texts.save}
          </Button>
        </Flex>
      </Form>
    </Drawer>
  );
}

/** What there is to know once it is connected: the address for the console, and who else is. */
function Connected({ application }: { application: DingTalkApplication }) {
  const { dingtalk } = useTexts();
  const shared = application.warnings.find((warning) => warning.code === 'sameEnterprise');
  return (
    <Flex vertical gap={16} style={{ marginBottom: 24 }}>
      {shared && <Alert type="warning" showIcon title={dingtalk.sameEnterprise(shared.names.join(', '))} />}
      <Flex vertical>
        <Typography.Text strong>{dingtalk.homepage}</Typography.Text>
        <Typography.Text copyable>{window.location.origin + application.homepagePath}</Typography.Text>
        <Typography.Text type="secondary">{dingtalk.homepageHint}</Typography.Text>
      </Flex>
    </Flex>
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
