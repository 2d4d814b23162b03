import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { deleteCurrentSession } from '../../api';
import { useTexts } from '../../i18n';

/** Ends the session and forgets everything that was loaded in it. */
export function SignOutButton() {
  const texts = useTexts();
  const queries = useQueryClient();
  const signOut = useMutation({ mutationFn: deleteCurrentSession, onSuccess: () => queries.resetQueries() });
  return (
    <Button type="text" loading={signOut.isPending} onClick={() => signOut.mutate()}>
      {texts.session.signOut}
    </Button>
  );
}
