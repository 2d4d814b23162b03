import { Navigate, Outlet, useLocation } from 'react-router';
import { isSignedOut } from '../../api';
import { Loading } from '../../shared/Loading';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { useMe } from './useMe';

/** Lets through who is signed in; sends everybody else to the sign-in page. */
export function RequireSession() {
  const me = useMe();
  const { pathname } = useLocation();
  if (me.isPending) return <Loading />;
  if (isSignedOut(me.error)) return <Navigate to="/sign-in" replace />;
  if (me.isError) return <ProblemAlert error={me.error} onRetry={() => void me.refetch()} />;
  if (me.data.passwordChangeRequired && pathname !== '/password') return <Navigate to="/password" replace />;
  return <Outlet />;
}
