import type { ReactNode } from 'react';
import { LanguageButton } from '../parts/LanguageButton';
import { Title } from '../parts/Title';
import { useTexts } from '../i18n';
import styles from './EntryPage.module.css';

/** A page in front of the door: the plate, one thing to do, the language. */
export function EntryPage({ title, subtitle, children }: { title: string; subtitle?: string; children: ReactNode }) {
  const texts = useTexts();
  return (
    <main className={styles.page}>
      <header className={styles.brand}>
        <img src="/plate.svg" alt="" width="40" height="40" />
        <span>{texts.brand}</span>
      </header>
      <section className={styles.card} aria-labelledby="entry-title">
        <Title id="entry-title">{title}</Title>
        {subtitle && <p className={styles.subtitle}>{subtitle}</p>}
        {children}
      </section>
      <LanguageButton />
    </main>
  );
}
