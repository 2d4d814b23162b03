import { useQuery, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Watcher } from '../api';

/** Something of a tenant that the server tells of while it moves. */
export interface Live<T> {
  /** Where it stands among what was loaded. */
  key: (tenantId: number, id: string) => QueryKey;
  ask: (tenantId: number, id: string) => Promise<T>;
  follow: (tenantId: number, id: string, watcher: Watcher<T>) => () => void;
  /** How soon to ask again while nobody tells, in milliseconds; `false` when nothing of it changes by itself any more. */
  askAgainIn: (value: T) => number | false;
  /** What is known of it after news; the news alone, unless they leave something out. */
  merge?: (before: T, seen: T) => T;
  /** What else is not as it was whenever it moved. */
  moves?: (tenantId: number, id: string) => QueryKey[];
  /** What else is not as it was once it rests. */
  ends: (tenantId: number, id: string) => QueryKey[];
}

/**
 * One thing, live: while it moves the server tells of every step. While it cannot, because the line is broken or something
 * between holds the stream back, the thing is asked for again and again instead, until the news come again.
 */
export function useLive<T>(live: Live<T>, tenantId: number, id: string) {
  const queries = useQueryClient();
  const [isFollowed, setIsFollowed] = useState(false);
  const query = useQuery({
    queryKey: live.key(tenantId, id),
    queryFn: () => live.ask(tenantId, id),
    refetchInterval: ({ state }) => (isFollowed || state.data === undefined ? false : live.askAgainIn(state.data)),
  });
  const goesOn = query.data !== undefined && live.askAgainIn(query.data) !== false;
  useEffect(() => {
    if (!goesOn) return undefined;
    const queryKey = live.key(tenantId, id);
    const forget = (keys: QueryKey[] = []) => keys.forEach((key) => void queries.invalidateQueries({ queryKey: key }));
    const stop = live.follow(tenantId, id, {
      onNews: (seen) => {
        setIsFollowed(true);
        // An answer that is under way is older than the news.
        void queries.cancelQueries({ queryKey, exact: true });
        queries.setQueryData<T>(queryKey, (before) => (before !== undefined && live.merge ? live.merge(before, seen) : seen));
        forget(live.moves?.(tenantId, id));
      },
      onBreak: () => setIsFollowed(false),
    });
    return () => {
      stop();
      setIsFollowed(false);
      const last = queries.getQueryData<T>(queryKey);
      if (last !== undefined && live.askAgainIn(last) === false) forget(live.ends(tenantId, id));
    };
  }, [goesOn, live, tenantId, id, queries]);
  return { query, isFollowed };
}
