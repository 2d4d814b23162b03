import { useQuery } from '@tanstack/react-query';
import { getMe } from '../../api';

export const ME = ['me'] as const;

/** Who is signed in; fails with 401 while nobody is. */
export function useMe() {
  return useQuery({ queryKey: ME, queryFn: getMe, staleTime: 60_000 });
}
