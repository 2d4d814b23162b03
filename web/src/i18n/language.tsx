import { languageChoice } from './choice';
import { en } from './en';
import { zhCN } from './zh-CN';

export type { Language } from './choice';

export const { LanguageProvider, useLanguage, useTexts } = languageChoice({ 'zh-CN': zhCN, en });
