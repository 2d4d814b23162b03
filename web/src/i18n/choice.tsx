import { createContext, use, useLayoutEffect, useMemo, useState, type ReactNode } from 'react';

export type Language = 'zh-CN' | 'en';

const STORED = 'menpai.language';

interface LanguageChoice<Dictionary> {
  language: Language;
  texts: Dictionary;
  /** Changes to the other of the two languages. */
  switchLanguage: () => void;
}

/** What pages need to speak two languages, for their own dictionaries. The choice is one for all pages of this server. */
export function languageChoice<Dictionary>(dictionaries: Record<Language, Dictionary>) {
  const Context = createContext<LanguageChoice<Dictionary>>({
    language: 'zh-CN',
    texts: dictionaries['zh-CN'],
    switchLanguage: () => undefined,
  });

  /** Gives the pages their language: the one chosen before, or the browser's, or Chinese. */
  function LanguageProvider({ children }: { children: ReactNode }) {
    const [language, setLanguage] = useState<Language>(firstLanguage);
    // The server answers in the document's language: a layout effect, so that it is set before anything is asked.
    useLayoutEffect(() => {
      document.documentElement.lang = language;
      localStorage.setItem(STORED, language);
    }, [language]);
    const choice = useMemo(
      () => ({
        language,
        texts: dictionaries[language],
        switchLanguage: () => setLanguage(language === 'en' ? 'zh-CN' : 'en'),
      }),
      [language],
    );
    return <Context value={choice}>{children}</Context>;
  }

  return {
    LanguageProvider,
    useLanguage: () => use(Context),
    /** The texts of the chosen language. */
    useTexts: () => use(Context).texts,
  };
}

function firstLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === 'en' || stored === 'zh-CN') return stored;
  return navigator.language.startsWith('en') ? 'en' : 'zh-CN';
}
