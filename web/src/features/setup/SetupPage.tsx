import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Flex, Form, Input } from 'antd';
import { useNavigate, useSearchParams } from 'react-router';
import { createFirstAdministrator } from '../../api';
import { useTexts } from '../../i18n';
import { EntryPage } from '../../shared/EntryPage';
import { NewPassword } from '../../shared/NewPassword';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { ME } from '../session/useMe';

interface Fields {
  username: string;
  password: string;
}

/** The first start: whoever holds the one-time link creates the platform administrator and is signed in. */
export function SetupPage() {
  const texts = useTexts();
  const token = useSearchParams()[0].get('token');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const setup = useMutation({
    mutationKey: ['sign-in'],
    mutationFn: ({ username, password, token }: Fields & { token: string }) =>
      createFirstAdministrator({ token, username, password }),
    onSuccess: async () => {
      await queries.resetQueries({ queryKey: ME });
      await navigate('/', { replace: true });
    },
  });
  if (!token) {
    return (
      <EntryPage title={texts.setup.title}>
        <Alert type="info" showIcon title={texts.setup.noToken} />
      </EntryPage>
    );
  }
  return (
    <EntryPage title={texts.setup.title} intro={texts.setup.intro}>
      <Form<Fields> layout="vertical" requiredMark={false} onFinish={(fields) => setup.mutate({ ...fields, token })}>
        <Form.Item
          name="username"
          label={texts.setup.username}
          rules={[
            { required: true, message: texts.required },
            { pattern: /^([a-z0-9._@-]{3,64}|\+?[\d -]{6,})$/, message: texts.setup.usernameRule },
          ]}
        >
          <Input autoComplete="username" autoFocus />
        </Form.Item>
        <NewPassword label={texts.password.label} />
        <Flex vertical gap={16}>
          <ProblemAlert error={setup.error} />
          <Button type="primary" htmlType="submit" block loading={setup.isPending}>
            {texts.setup.submit}
          </Button>
        </Flex>
      </Form>
    </EntryPage>
  );
}
