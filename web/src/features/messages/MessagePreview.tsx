import Markdown from 'markdown-to-jsx';
import type { ComponentProps } from 'react';
import type { MessageContent } from '../../api';
import { useTexts } from '../../i18n';
import styles from './messages.module.css';

/** A message about as DingTalk shows it. Pictures are not loaded: this page asks no other server for anything. */
export function MessagePreview({ content }: { content: MessageContent }) {
  const { preview } = useTexts().messages;
  return (
    <div className={styles.phone} role="img" aria-label={preview.label}>
      <div className={styles.bubble}>
        <Body content={content} />
      </div>
    </div>
  );
}

function Body({ content }: { content: MessageContent }) {
  const { preview, fields } = useTexts().messages;
  switch (content.type) {
    case 'text':
      return <p className={styles.plain}>{content.text || preview.empty}</p>;
    case 'markdown':
      return <Formatted text={content.text} />;
    case 'link':
      return (
        <>
          <strong>{content.title || preview.empty}</strong>
          <div className={styles.link}>
            <p className={styles.plain}>{content.text}</p>
            <Picture label={preview.picture} />
          </div>
        </>
      );
    case 'actionCard':
      return (
        <>
          <Formatted text={content.markdown} />
          <div className={content.orientation === 'horizontal' ? styles.across : styles.down}>
            {content.buttons.map(({ title }, index) => (
              <span key={index} className={styles.button}>
                {title || fields.button(index + 1)}
              </span>
            ))}
          </div>
        </>
      );
    case 'oa':
      return (
        <>
          {content.status && (
            <p className={styles.status} style={{ background: cssColour(content.status.color ?? undefined) }}>
              {content.status.text}
            </p>
          )}
          {content.title && <strong>{content.title}</strong>}
          <dl className={styles.rows}>
            {content.rows?.map(({ key, value }, index) => (
              <div key={index}>
                <dt>{key}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          {content.figure && (
            <p className={styles.figure}>
              {content.figure.number} {content.figure.unit}
            </p>
          )}
          {content.text && <p className={styles.plain}>{content.text}</p>}
          {content.author && <p className={styles.author}>{content.author}</p>}
        </>
      );
    case 'image':
      return <Picture label={preview.picture} />;
    case 'voice':
      return <p>{preview.voice(content.seconds)}</p>;
    case 'file':
      return <p>{preview.file}</p>;
  }
}

/** DingTalk writes alpha first, browsers last. */
function cssColour(argb = ''): string | undefined {
  return /^[0-9a-f]{8}$/i.test(argb) ? `#${argb.slice(2)}${argb.slice(0, 2)}` : undefined;
}

function Picture({ label }: { label: string }) {
  return <span className={styles.picture}>{label}</span>;
}

const OPTIONS = {
  // What looks like HTML is text, as in DingTalk; links lead nowhere from here.
  disableParsingRawHTML: true,
  wrapper: 'div',
  overrides: {
    img: ({ alt }: ComponentProps<'img'>) => <Picture label={alt ?? ''} />,
    a: ({ children }: ComponentProps<'a'>) => <span className={styles.address}>{children}</span>,
  },
} as const;

function Formatted({ text }: { text: string }) {
  const { preview } = useTexts().messages;
  return (
    <div className={styles.formatted}>
      <Markdown options={OPTIONS}>{text || preview.empty}</Markdown>
    </div>
  );
}
