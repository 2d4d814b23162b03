import type { Language } from '../../i18n/choice';

/** A moment as people read it, in the browser's own time zone. */
export function moment(text: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(text));
}
