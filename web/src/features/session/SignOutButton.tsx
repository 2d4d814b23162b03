import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useNavigate } from 'react-router';
import { deleteCurrentSession } from '../../api';
import { useTexts } from '../../i18n';

/** Ends the session and forgets everything that was loaded in it. */
export function SignOutButton() {
  const texts = useTexts();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const signOut = useMutation({
    mutationFn: deleteCurrentSession,
    // Leave first: what is still shown would ask for everything again.
    onSuccess: async () => {
      await navigate('/sign-in', { replace: true });
      queries.clear();
    },
  });
  return (
    <Button type="text" loading={signOut.isPending} onClick={() => signOut.mutate()}>
      {texts.session.signOut}
    </Button>
  );
}
