import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Flex, Form, Result } from 'antd';
import { Link, useLocation } from 'react-router';
import { redeemPasswordLink } from '../../api';
import { useTexts } from '../../i18n';
import { EntryPage } from '../../shared/EntryPage';
import { NewPassword } from '../../shared/NewPassword';
import { ProblemAlert } from '../../shared/ProblemAlert';

/** Whoever holds a one-time link chooses a new password. The token stands behind `#`, so that no log gets to see it. */
export function ResetPasswordPage() {
  const texts = useTexts();
  const { reset } = texts.session;
  const token = useLocation().hash.slice(1);
  const redeem = useMutation({ mutationFn: ({ password }: { password: string }) => redeemPasswordLink({ token, newPassword: password }) });
  if (redeem.isSuccess) {
    return (
      <EntryPage title={reset.title}>
        <Result status="success" title={reset.done} extra={<Link to="/sign-in">{texts.session.title}</Link>} />
      </EntryPage>
    );
  }
  if (token === '') {
    return (
      <EntryPage title={reset.title}>
        <Alert type="info" showIcon title={reset.noToken} />
      </EntryPage>
    );
  }
  return (
    <EntryPage title={reset.title} intro={reset.intro}>
      <Form layout="vertical" requiredMark={false} onFinish={(fields: { password: string }) => redeem.mutate(fields)}>
        <NewPassword label={texts.session.next} />
        <Flex vertical gap={16}>
          <ProblemAlert error={redeem.error} />
          <Button type="primary" htmlType="submit" block loading={redeem.isPending}>
            {reset.submit}
          </Button>
        </Flex>
      </Form>
    </EntryPage>
  );
}
