import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { deleteCurrentSession } from '../../api';
import { useAct } from '../../shared/useAct';

/** Ends the session and forgets everything that was loaded in it. */
export function useSignOut() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useAct({
    act: deleteCurrentSession,
    // Leave first: what is still shown would ask for everything again.
    onDone: async () => {
      await navigate('/sign-in', { replace: true });
      queries.clear();
    },
  });
}
