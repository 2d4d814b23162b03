import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Drawer, Flex, Form, Input, Switch, Typography } from 'antd';
import { putDingTalkApplication, type DingTalkApplication, type DingTalkApplicationInput } from '../../api';
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

/** Values copied from a console carry spaces; what was left empty is not sent. */
function input({ agentId, clientId, clientSecret, corpId, enabled }: Fields): DingTalkApplicationInput {
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
