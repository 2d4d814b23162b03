import { useQuery } from '@tanstack/react-query';
import { getMe } from '../api';

export const ME = ['me'];

/** Whoever is signed in. Fails with 401 when nobody is. */
export function useMe() {
  return useQuery({ queryKey: ME, queryFn: getMe, staleTime: 60_000, meta: { opensTheDoor: true } });
}
