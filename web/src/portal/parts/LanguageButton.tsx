import { useLanguage } from '../i18n';
import { Button } from './forms';

/** Changes to the other language, named in that language. */
export function LanguageButton() {
  const { language, texts, switchLanguage } = useLanguage();
  return (
    <Button kind="plain" lang={language === 'en' ? 'zh-CN' : 'en'} onClick={switchLanguage}>
      {texts.otherLanguage}
    </Button>
  );
}
