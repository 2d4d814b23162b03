import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Flex, Form, Input } from 'antd';
import { useNavigate } from 'react-router';
import { createSession } from '../../api';
import { useTexts } from '../../i18n';
import { EntryPage } from '../../shared/EntryPage';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { ME } from './useMe';

interface Fields {
  username: string;
  password: string;
}

/** Account name and password. */
export function SignInPage() {
  const texts = useTexts();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const signIn = useMutation({
    mutationKey: ['sign-in'],
    mutationFn: ({ username, password }: Fields) => createSession({ username, password }),
    onSuccess: async () => {
      await queries.resetQueries({ queryKey: ME });
      await navigate('/', { replace: true });
    },
  });
  const required = [{ required: true, message: texts.required }];
  return (
    <EntryPage title={texts.session.title}>
      <Form<Fields> layout="vertical" requiredMark={false} onFinish={(fields) => signIn.mutate(fields)}>
        <Form.Item name="username" label={texts.session.username} rules={required}>
          <Input autoComplete="username" autoFocus />
        </Form.Item>
        <Form.Item name="password" label={texts.session.password} rules={required}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Flex vertical gap={16}>
          <ProblemAlert error={signIn.error} />
          <Button type="primary" htmlType="submit" block loading={signIn.isPending}>
            {texts.session.submit}
          </Button>
          <Button type="link" href="/tenantId" block>
            {texts.session.withDingTalk}
          </Button>
        </Flex>
      </Form>
    </EntryPage>
  );
}
