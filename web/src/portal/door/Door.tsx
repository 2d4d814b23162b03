import { createContext, use, useState } from 'react';
import { Outlet, useParams } from 'react-router';
import { isSignedOut } from '../../api/problem';
import type { Me } from '../api';
import { PasswordPage } from '../pages/PasswordPage';
import { Failed, Loading, NotFound } from '../parts/states';
import { FinishScan } from './FinishScan';
import { SignInPage } from './SignInPage';
import { takeScanAnswer } from './dingtalk';
import { useMe } from './useMe';

interface Inside {
  tenantId: number;
  me: Me;
}

const Context = createContext<Inside | undefined>(undefined);

/** Who is inside, and where. Only for pages behind the door. */
export function useInside(): Inside {
  const inside = use(Context);
  if (!inside) throw new Error('this page stands outside of the door');
  return inside;
}

/** Lets people of the tenant in and asks everybody else to sign in; the address stays as it is meanwhile. */
export function Door() {
  const tenantId = Number(useParams().tenantId);
  const [scan, setScan] = useState(takeScanAnswer);
  const me = useMe();
  if (!Number.isSafeInteger(tenantId) || tenantId < 0) {
    return (
      <main>
        <NotFound />
      </main>
    );
  }
  if (scan) return <FinishScan tenantId={tenantId} answer={scan} onOver={() => setScan(undefined)} />;
  if (me.isPending) return <Loading />;
  if (me.error && isSignedOut(me.error)) return <SignInPage tenantId={tenantId} />;
  if (me.error) return <Failed error={me.error} onRetry={() => void me.refetch()} />;
  const inside = { tenantId, me: me.data };
  if (me.data.passwordChangeRequired) {
    return (
      <Context value={inside}>
        <PasswordPage />
      </Context>
    );
  }
  const isMember = me.data.tenants.some((tenant) => tenant.id === tenantId && tenant.memberId);
  if (!isMember) return <SignInPage tenantId={tenantId} elsewhere={me.data} />;
  return (
    <Context value={inside}>
      <Outlet />
    </Context>
  );
}
