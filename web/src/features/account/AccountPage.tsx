import { useMutation } from '@tanstack/react-query';
import { App, Button, Card, Flex, Form, Input } from 'antd';
import { changePassword, endMyOtherSessions, endMySession, listMySessions } from '../../api';
import { useTexts } from '../../i18n';
import { NewPassword } from '../../shared/NewPassword';
import { Page } from '../../shared/Page';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { OpenSessions } from '../session/OpenSessions';

/** One's own account: the password, and where one is signed in. */
export function AccountPage() {
  const { session } = useTexts();
  return (
    <Page title={session.account.title} intro={session.account.intro}>
      <Card title={session.account.sessions}>
        <OpenSessions queryKey={['me', 'sessions']} list={listMySessions} end={endMySession} endAll={endMyOtherSessions} texts={session.account} />
      </Card>
      <Card title={session.account.password}>
        <PasswordForm />
      </Card>
    </Page>
  );
}

interface Fields {
  current: string;
  password: string;
}

function PasswordForm() {
  const texts = useTexts();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const change = useMutation({
    mutationFn: ({ current, password }: Fields) => changePassword({ currentPassword: current, newPassword: password }),
    onSuccess: () => {
      form.resetFields();
      void message.success(texts.session.account.changed);
    },
  });
  return (
    <Form<Fields> form={form} layout="vertical" requiredMark={false} style={{ maxWidth: 400 }} onFinish={(fields) => change.mutate(fields)}>
      <Form.Item name="current" label={texts.session.current} rules={[{ required: true, message: texts.required }]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <NewPassword label={texts.session.next} />
      <Flex vertical gap={16} align="start">
        <ProblemAlert error={change.error} />
        <Button type="primary" htmlType="submit" loading={change.isPending}>
          {texts.session.change}
        </Button>
      </Flex>
    </Form>
  );
}
