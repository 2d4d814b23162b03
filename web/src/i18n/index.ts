export { LanguageProvider, useLanguage, useTexts, type Language } from './language';
export type { Dictionary } from './zh-CN';
