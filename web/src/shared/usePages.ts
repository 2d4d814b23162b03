import { keepPreviousData, useInfiniteQuery, type QueryKey } from '@tanstack/react-query';
import { useState } from 'react';

interface Page<T> {
  items: T[];
  nextCursor?: string;
}

export interface Pages<T> {
  /** The page that is looked at. */
  items: T[];
  /** Its number, from 0. */
  page: number;
  isPending: boolean;
  isFetching: boolean;
  error: Error | null;
  refetch: () => void;
  /** To the page before; absent on the first. */
  previous?: () => void;
  /** To the page after; absent on the last. */
  next?: () => void;
}

/** A list that the server gives out page by page. A changed key starts at the first page again. */
export function usePages<T>(
  queryKey: QueryKey,
  fetchPage: (cursor?: string) => Promise<Page<T>>,
  { refetchInterval }: { refetchInterval?: (items: T[]) => number | false } = {},
): Pages<T> {
  const key = JSON.stringify(queryKey);
  const [place, setPlace] = useState({ key, page: 0 });
  const page = place.key === key ? place.page : 0;
  const query = useInfiniteQuery({
    queryKey,
    queryFn: async ({ pageParam }) => {
      let found = await fetchPage(pageParam);
      // The server looks at so many lines a page; where something rare is searched, some pages are empty.
      while (found.items.length === 0 && found.nextCursor !== undefined) found = await fetchPage(found.nextCursor);
      return found;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Page<T>) => last.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => refetchInterval?.(state.data?.pages.flatMap(({ items }) => items) ?? []) ?? false,
  });
  const pages = query.data?.pages ?? [];
  const show = (page: number) => setPlace({ key, page });
  const forward = () => {
    if (page + 1 < pages.length) show(page + 1);
    else void query.fetchNextPage().then(({ isError }) => !isError && show(page + 1));
  };
  return {
    items: (pages[page] ?? pages[0])?.items ?? [],
    page,
    isPending: query.isPending,
    isFetching: query.isFetching,
    error: query.error,
    refetch: () => void query.refetch(),
    ...(page > 0 && { previous: () => show(page - 1) }),
    ...((page + 1 < pages.length || query.hasNextPage) && { next: forward }),
  };
}
