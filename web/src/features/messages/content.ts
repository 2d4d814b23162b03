import type { MessageContent } from '../../api';

export type ContentType = MessageContent['type'];

/** What can be written here; recordings come from programs. */
export const WRITTEN = ['text', 'markdown', 'link', 'actionCard', 'oa', 'image', 'file'] as const satisfies ContentType[];
export type WrittenType = (typeof WRITTEN)[number];

/** The colours of a status bar as DingTalk writes them: alpha first. */
export const STATUS_COLOURS = { green: 'FF78C06E', blue: 'FF1677FF', orange: 'FFFF9D46', red: 'FFF65E5E', grey: 'FF8F959E' } as const;
export type StatusColour = keyof typeof STATUS_COLOURS;

/** What the form holds while it is filled in. */
export interface Draft {
  type: WrittenType;
  title?: string;
  text?: string;
  url?: string;
  picture?: string;
  buttons?: { title?: string; url?: string }[];
  horizontal?: boolean;
  rows?: { key?: string; value?: string }[];
  author?: string;
  /** What the status bar says; without it there is none. */
  status?: string;
  statusColor?: StatusColour;
  /** What the upload was named. */
  mediaId?: string;
}

/** What the form's fields make, without what is empty. The server says what is missing or too long. */
export function contentOf(draft: Draft): MessageContent {
  const trimmed = (value: string | undefined) => value?.trim() ?? '';
  const [title, text, url, author] = [trimmed(draft.title), trimmed(draft.text), trimmed(draft.url), trimmed(draft.author)];
  switch (draft.type) {
    case 'text':
      return { type: 'text', text };
    case 'markdown':
      return { type: 'markdown', title, text };
    case 'link':
      return { type: 'link', title, text, url, picture: trimmed(draft.picture) };
    case 'actionCard': {
      const buttons = (draft.buttons ?? []).map((button) => ({ title: trimmed(button.title), url: trimmed(button.url) }));
      const orientation = draft.horizontal ? ('horizontal' as const) : ('vertical' as const);
      return { type: 'actionCard', title, markdown: text, buttons, ...(buttons.length > 1 && { orientation }) };
    }
    case 'oa': {
      const rows = (draft.rows ?? []).map((row) => ({ key: trimmed(row.key), value: trimmed(row.value) }));
      const status = trimmed(draft.status);
      const bar = { text: status, color: STATUS_COLOURS[draft.statusColor ?? 'green'] };
      const filled = rows.filter((row) => row.key !== '' || row.value !== '');
      return {
        type: 'oa',
        url,
        ...(title && { title }),
        ...(text && { text }),
        ...(author && { author }),
        ...(filled.length > 0 && { rows: filled }),
        ...(status && { status: bar }),
      };
    }
    case 'image':
    case 'file':
      return { type: draft.type, mediaId: draft.mediaId ?? '' };
  }
}

/** A message in one line, for lists. */
export function summaryOf(content: MessageContent): string {
  switch (content.type) {
    case 'text':
      return firstLine(content.text);
    case 'markdown':
    case 'link':
    case 'actionCard':
      return content.title;
    case 'oa':
      return content.title ?? firstLine(content.text ?? '');
    case 'image':
    case 'voice':
    case 'file':
      return content.mediaId;
  }
}

const firstLine = (text: string) => (text.trim().split('\n', 1)[0] ?? '').trimEnd();
