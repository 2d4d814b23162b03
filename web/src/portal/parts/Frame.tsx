import { useRef } from 'react';
import { NavLink, Outlet } from 'react-router';
import { useArrival } from '../../shared/useArrival';
import { useInside } from '../door/Door';
import { useTexts } from '../i18n';
import styles from './Frame.module.css';

/** What surrounds every page behind the door: the tenant's name above, the ways below, under the thumb. */
export function Frame() {
  const texts = useTexts();
  const { tenantId, me } = useInside();
  const content = useRef<HTMLElement>(null);
  useArrival(content);
  const name = me.tenants.find((tenant) => tenant.id === tenantId)?.name;
  const base = `/tenantId/${tenantId}`;
  const ways = [
    { to: base, label: texts.home, sign: 'M3 11 12 4l9 7v9h-6v-6H9v6H3z' },
    {
      to: `${base}/colleagues`,
      label: texts.colleagues,
      sign: 'M8 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm8 1a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM1 20c0-4 3-7 7-7s7 3 7 7zm15.5 0c0-2-.6-4-1.6-5.5C19.500 14 23 16 23 20z',
    },
    { to: `${base}/messages`, label: texts.messages, sign: 'M3 4h18v13H9l-5 4v-4H3z' },
    { to: `${base}/me`, label: texts.mine, sign: 'M12 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10zm-9 10c0-5 4-8 9-8s9 3 9 8z' },
  ];
  return (
    <div className={styles.frame}>
      <header className={styles.header}>
        <img src="/plate.svg" alt="" width="24" height="24" />
        <span>{name ?? texts.brand}</span>
      </header>
      <main ref={content} tabIndex={-1} className={styles.main}>
        <Outlet />
      </main>
      <nav className={styles.ways} aria-label={texts.navigation}>
        {ways.map(({ to, label, sign }) => (
          <NavLink key={to} to={to} end={to === base}>
            <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
              <path d={sign} fill="currentColor" />
            </svg>
            {label}
          </NavLink>
        ))}
      </nav>
    </div>
  );
}
