import { useMemo } from 'react';
import { useLanguage } from '../i18n';

/** How numbers, moments and spans are written, in the language of the pages and the time zone of the reader. */
export interface Formats {
  number: (value: number) => string;
  /** A moment: date and time to the minute. */
  moment: (iso: string) => string;
  /** The same to the second. */
  exact: (iso: string) => string;
  day: (iso: string) => string;
  /** How long ago a moment is, or how far ahead: “3 hours ago”. */
  ago: (iso: string, now?: number) => string;
  /** A length of time, in milliseconds: “850 ms”, “12.4 s”, “3 min 5 s”, “2 days 4 hr”. */
  duration: (milliseconds: number) => string;
  /** A size in bytes: “1.4 MB”. */
  bytes: (count: number) => string;
}

const SECOND = 1000;
const UNITS = [
  ['day', 86_400 * SECOND],
  ['hour', 3600 * SECOND],
  ['minute', 60 * SECOND],
  ['second', SECOND],
] as const satisfies [Intl.RelativeTimeFormatUnit, number][];
const [DAYS, HOURS, MINUTES, SECONDS] = UNITS;
const MINUTE = 60 * SECOND;
/** A longer length is told in two units, the second being the next smaller one. */
const LENGTHS = [
  [DAYS, HOURS],
  [HOURS, MINUTES],
  [MINUTES, SECONDS],
] as const;
const SIZES = ['B', 'kB', 'MB', 'GB', 'TB'];

export function formats(language: string): Formats {
  const number = new Intl.NumberFormat(language);
  const size = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const moment = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const exact = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const written = (format: Intl.DateTimeFormat) => (iso: string) => {
    const date = new Date(iso);
    return Number.isNaN(date.getTime()) ? iso : format.format(date);
  };
  const length = (value: number, unit: string) =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }).format(value);
  return {
    number: (value) => number.format(value),
    moment: written(moment),
    exact: written(exact),
    day: written(day),
    ago: (iso, now = Date.now()) => {
      const distance = new Date(iso).getTime() - now;
      if (Number.isNaN(distance)) return iso;
      const [unit, length] = UNITS.find(([, length]) => Math.abs(distance) >= length) ?? ['second', SECOND];
      return relative.format(Math.trunc(distance / length), unit);
    },
    duration: (milliseconds) => {
      if (milliseconds < SECOND) return length(Math.round(milliseconds), 'millisecond');
      if (milliseconds < MINUTE) return length(milliseconds / SECOND, 'second');
      const [whole, part] = LENGTHS.find(([[, unit]]) => milliseconds >= unit) ?? LENGTHS[2];
      const [wholes, parts] = [Math.floor(milliseconds / whole[1]), Math.floor((milliseconds % whole[1]) / part[1])];
      return parts === 0 ? length(wholes, whole[0]) : `${length(wholes, whole[0])} ${length(parts, part[0])}`;
    },
    bytes: (count) => {
      const step = count < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log10(count) / 3));
      return `${size.format(count / 1000 ** step)} ${SIZES[step] ?? 'B'}`;
    },
  };
}

export function useFormats(): Formats {
  const { language } = useLanguage();
  return useMemo(() => formats(language), [language]);
}
