import { languageChoice } from '../../i18n/choice';
import { en } from './en';
import { zhCN } from './zh-CN';

export const { LanguageProvider, useLanguage, useTexts } = languageChoice({ 'zh-CN': zhCN, en });
