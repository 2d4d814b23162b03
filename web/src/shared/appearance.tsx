import { createContext, use, useLayoutEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react';

export const APPEARANCES = ['system', 'light', 'dark'] as const;
export type Appearance = (typeof APPEARANCES)[number];

interface AppearanceChoice {
  /** What was chosen. */
  appearance: Appearance;
  /** What that means now. */
  isDark: boolean;
  choose: (appearance: Appearance) => void;
}

const STORED = 'menpai.appearance';
const Context = createContext<AppearanceChoice>({ appearance: 'system', isDark: false, choose: () => undefined });
const darkness = window.matchMedia('(prefers-color-scheme: dark)');

/** Gives the pages their ground, light or dark: the one chosen before, or the system's. */
export function AppearanceProvider({ children }: { children: ReactNode }) {
  const [appearance, setAppearance] = useState<Appearance>(firstAppearance);
  const isSystemDark = useSyncExternalStore(subscribe, () => darkness.matches);
  const isDark = appearance === 'system' ? isSystemDark : appearance === 'dark';
  useLayoutEffect(() => {
    document.documentElement.dataset.ground = isDark ? 'dark' : 'light';
  }, [isDark]);
  const choice = useMemo(() => {
    const choose = (chosen: Appearance) => {
      localStorage.setItem(STORED, chosen);
      setAppearance(chosen);
    };
    return { appearance, isDark, choose };
  }, [appearance, isDark]);
  return <Context value={choice}>{children}</Context>;
}

export function useAppearance(): AppearanceChoice {
  return use(Context);
}

function firstAppearance(): Appearance {
  const stored = localStorage.getItem(STORED);
  return APPEARANCES.find((appearance) => appearance === stored) ?? 'system';
}

function subscribe(changed: () => void): () => void {
  darkness.addEventListener('change', changed);
  return () => darkness.removeEventListener('change', changed);
}
