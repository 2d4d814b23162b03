import { useId, type ReactNode } from 'react';
import styles from './Card.module.css';

/** A part of a page with its heading. */
export function Card({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={styles.card} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

/** Lines of a card, each a name with its value. */
export function Details({ items }: { items: [string, ReactNode][] }) {
  const known = items.filter(([, value]) => value !== undefined && value !== '');
  return (
    <dl className={styles.details}>
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
