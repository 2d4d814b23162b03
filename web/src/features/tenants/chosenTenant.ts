import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { getTenant } from '../../api';
import { tenantKey } from './TenantScope';

const STORED = 'menpai.tenant';

/** The tenant that was looked at last, if any; whoever looked at it may have been somebody else. */
export function lastTenant(): number | undefined {
  const stored = localStorage.getItem(STORED);
  return stored !== null && /^\d{1,15}$/.test(stored) ? Number(stored) : undefined;
}

/**
 * The tenant of the address, which is remembered; on pages without one, the one that was looked at last. Nothing when it
 * is not there, or not for this account.
 */
export function useChosenTenant(fromAddress: string | undefined): number | undefined {
  const isOne = fromAddress !== undefined && /^\d{1,15}$/.test(fromAddress);
  const id = isOne ? Number(fromAddress) : lastTenant();
  const { isSuccess } = useQuery({
    queryKey: tenantKey(id ?? -1),
    queryFn: () => getTenant(id ?? -1),
    enabled: id !== undefined,
  });
  useEffect(() => {
    if (isOne && isSuccess) localStorage.setItem(STORED, fromAddress);
  }, [isOne, isSuccess, fromAddress]);
  return isSuccess ? id : undefined;
}
