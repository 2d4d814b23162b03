import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Watcher } from '../api';
import { useLive, type Live } from './useLive';

const ASK_EVERY = 2_000;

/** Something that goes on until it is `done`, told of and answered for by the test. */
function thing() {
  const watchers = new Set<Watcher<string>>();
  const asked: ((answer: string) => void)[] = [];
  const live: Live<string> = {
    key: (tenantId, id) => ['things', tenantId, id],
    ask: () => new Promise((resolve) => asked.push(resolve)),
    follow: (_tenantId, _id, watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    askAgainIn: (value) => value !== 'done' && ASK_EVERY,
    ends: (tenantId) => [['list', tenantId]],
  };
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const forgotten = vi.spyOn(queries, 'invalidateQueries');
  const wrapper = ({ children }: { children: ReactNode }) => <QueryClientProvider client={queries}>{children}</QueryClientProvider>;
  const { result, unmount } = renderHook(() => useLive(live, 1000, 'one'), { wrapper });
  return {
    watchers,
    asked,
    forgotten,
    unmount,
    shown: () => result.current.query.data,
    askAgain: () => act(() => void result.current.query.refetch()),
    answer: (value: string) => act(async () => { asked.shift()?.(value); await vi.advanceTimersByTimeAsync(0); }),
    tell: (value: string) => act(async () => { watchers.forEach(({ onNews }) => onNews(value)); await vi.advanceTimersByTimeAsync(0); }),
    breakOff: () => act(() => watchers.forEach(({ onBreak }) => onBreak())),
    wait: (milliseconds: number) => act(() => vi.advanceTimersByTimeAsync(milliseconds)),
  };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('shows what the server tells, without asking, until the end', async () => {
  const { answer, tell, wait, shown, watchers, asked, forgotten } = thing();
  await answer('queued');
  await tell('running');
  await wait(10 * ASK_EVERY);
  expect([shown(), watchers.size, asked.length]).toEqual(['running', 1, 0]);
  await tell('done');
  expect([shown(), watchers.size]).toEqual(['done', 0]);
  expect(forgotten).toHaveBeenCalledWith({ queryKey: ['list', 1000] });
});

it('takes no answer that is older than the news', async () => {
  const { answer, tell, askAgain, shown, watchers } = thing();
  await answer('queued');
  askAgain();
  await tell('done');
  await answer('queued');
  expect([shown(), watchers.size]).toEqual(['done', 0]);
});

it('asks again and again while the line is broken, and no more when the news come again', async () => {
  const { answer, tell, breakOff, wait, shown, asked } = thing();
  await answer('queued');
  await tell('running');
  breakOff();
  await wait(ASK_EVERY);
  expect(asked).toHaveLength(1);
  await answer('further');
  expect(shown()).toBe('further');
  await tell('further still');
  await wait(10 * ASK_EVERY);
  expect([shown(), asked.length]).toEqual(['further still', 0]);
});

it('finds out about the end by asking where no news ever come', async () => {
  const { answer, breakOff, wait, shown, watchers, forgotten } = thing();
  await answer('queued');
  breakOff();
  await wait(ASK_EVERY);
  await answer('done');
  expect([shown(), watchers.size]).toEqual(['done', 0]);
  expect(forgotten).toHaveBeenCalledWith({ queryKey: ['list', 1000] });
});

it('lets go of the line when nobody looks any more', async () => {
  const { answer, unmount, watchers, forgotten } = thing();
  await answer('queued');
  unmount();
  expect(watchers.size).toBe(0);
  expect(forgotten).not.toHaveBeenCalled();
});
