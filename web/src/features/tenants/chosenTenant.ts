import { useEffect } from 'react';

const STORED = 'menpai.tenant';

/** The tenant that was looked at last, if any. */
export function lastTenant(): number | undefined {
  const stored = localStorage.getItem(STORED);
  return stored !== null && /^\d+$/.test(stored) ? Number(stored) : undefined;
}

/** The tenant of the address, which is remembered; on pages without one, the one that was looked at last. */
export function useChosenTenant(fromAddress: string | undefined): number | undefined {
  const isOne = fromAddress !== undefined && /^\d+$/.test(fromAddress);
  useEffect(() => {
    if (isOne) localStorage.setItem(STORED, fromAddress);
  }, [isOne, fromAddress]);
  return isOne ? Number(fromAddress) : lastTenant();
}

/** Forgets it: it is not there any more, or not for this account. */
export function forgetTenant(): void {
  localStorage.removeItem(STORED);
}
