import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

/** What is set, by name; nothing means that it is not. */
export type Filters<Name extends string> = Partial<Record<Name, string | undefined>>;

/**
 * A page's filters, kept in its address, so that a reload, a bookmark and a colleague see the same.
 * Setting one to nothing takes it out; going back leaves the page instead of undoing letter after letter.
 */
export function useFilters<Name extends string>(...names: Name[]): [Filters<Name>, (changes: Filters<Name>) => void] {
  const [search, setSearch] = useSearchParams();
  const key = names.join();
  const values = useMemo(() => {
    const found = (key.split(',') as Name[]).map((name) => [name, search.get(name)] as const);
    return Object.fromEntries(found.filter(([, value]) => value)) as Filters<Name>;
  }, [key, search]);
  const change = useCallback(
    (changes: Filters<Name>) => {
      setSearch(
        (before) => {
          for (const [name, value] of Object.entries<string | undefined>(changes)) {
            if (value) before.set(name, value);
            else before.delete(name);
          }
          return new URLSearchParams(before);
        },
        { replace: true },
      );
    },
    [setSearch],
  );
  return [values, change];
}
