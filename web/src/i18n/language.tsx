import { createContext, use, useLayoutEffect, useMemo, useState, type ReactNode } from 'react';
import { en } from './en';
import { zhCN, type Dictionary } from './zh-CN';

export type Language = 'zh-CN' | 'en';

const STORED = 'menpai.language';
const DICTIONARIES: Record<Language, Dictionary> = { 'zh-CN': zhCN, en };

interface LanguageChoice {
  language: Language;
  texts: Dictionary;
  /** Changes to the other of the two languages. */
  switchLanguage: () => void;
}

const Context = createContext<LanguageChoice>({ language: 'zh-CN', texts: zhCN, switchLanguage: () => undefined });

/** Gives the pages their language: the one chosen before, or the browser's, or Chinese. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  // The server answers in the document's language: a layout effect, so that it is set before anything is asked.
  useLayoutEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(STORED, language);
  }, [language]);
  const choice = useMemo(
    () => ({
      language,
      texts: DICTIONARIES[language],
      switchLanguage: () => setLanguage(language === 'en' ? 'zh-CN' : 'en'),
    }),
    [language],
  );
  return <Context value={choice}>{children}</Context>;
}

export function useLanguage(): LanguageChoice {
  return use(Context);
}

/** The texts of the chosen language. */
export function useTexts(): Dictionary {
  return use(Context).texts;
}

function firstLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === 'en' || stored === 'zh-CN') return stored;
  return navigator.language.startsWith('en') ? 'en' : 'zh-CN';
}
