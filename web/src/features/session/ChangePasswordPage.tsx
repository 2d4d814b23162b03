import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Flex, Form, Input } from 'antd';
import { useNavigate } from 'react-router';
import { changePassword } from '../../api';
import { useTexts } from '../../i18n';
import { EntryPage } from '../../shared/EntryPage';
import { NewPassword } from '../../shared/NewPassword';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { ME } from './useMe';

interface Fields {
  current: string;
  password: string;
}

/** Stands in the way of everybody who still has the default password. */
export function ChangePasswordPage() {
  const texts = useTexts();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const change = useMutation({
    mutationFn: ({ current, password }: Fields) => changePassword({ currentPassword: current, newPassword: password }),
    onSuccess: async () => {
      await queries.resetQueries({ queryKey: ME });
      await navigate('/', { replace: true });
    },
  });
  return (
    <EntryPage title={texts.session.changeTitle} intro={texts.session.changeIntro}>
      <Form<Fields> layout="vertical" requiredMark={false} onFinish={(fields) => change.mutate(fields)}>
        <Form.Item name="current" label={texts.session.current} rules={[{ required: true, message: texts.required }]}>
          <Input.Password autoComplete="current-password" autoFocus />
        </Form.Item>
        <NewPassword label={texts.session.next} />
        <Flex vertical gap={16}>
          <ProblemAlert error={change.error} />
          <Button type="primary" htmlType="submit" block loading={change.isPending}>
            {texts.session.change}
          </Button>
        </Flex>
      </Form>
    </EntryPage>
  );
}
