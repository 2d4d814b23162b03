import { useQuery } from '@tanstack/react-query';
import { Badge } from 'antd';
import { NavLink } from 'react-router';
import { listConflicts } from '../api';
import { useMe } from '../features/session/useMe';
import { conflictsKey } from '../features/conflicts/conflictsKey';
import { useTexts } from '../i18n';
import { PLATFORM_SECTIONS, TENANT_SECTIONS } from './navigation';
import styles from './Frame.module.css';

/** Counted up to here; more is "more". */
const COUNTED = 50;

/** The places that are open to whoever is signed in: those of the tenant, and those of the platform. */
export function Sections({ tenantId, onLeave }: { tenantId: number | undefined; onLeave?: () => void }) {
  const texts = useTexts();
  const isPlatform = useMe().data?.account.platformAdministrator ?? false;
  const conflicts = useQuery({
    queryKey: [...conflictsKey(tenantId ?? -1), 'count'],
    queryFn: () => listConflicts(tenantId ?? -1, { state: 'open', limit: COUNTED }),
    enabled: tenantId !== undefined,
    staleTime: 15_000,
  });
  const waiting = conflicts.data?.items.length ?? 0;
  const groups = [
    ...(tenantId === undefined ? [] : TENANT_SECTIONS.map((section) => ({ section, base: `/tenants/${tenantId}` }))),
    ...(isPlatform ? PLATFORM_SECTIONS.map((section) => ({ section, base: '' })) : []),
  ];
  return (
    <nav aria-label={texts.shell.navigation} className={styles.nav}>
      {groups.map(({ section, base }) => (
        <section key={section.name(texts)} aria-label={section.name(texts)}>
          <div className={styles.section}>{section.name(texts)}</div>
          <ul className={styles.places}>
            {section.places.map(({ path, name, icon: Icon, badge }) => (
              <li key={path}>
                {/* The list of tenants is not the place of everything below one. */}
                <NavLink to={`${base}/${path}`} end={path === '' || path === 'tenants'} className={styles.place ?? ''} onClick={onLeave}>
                  <Icon aria-hidden />
                  <span className={styles.placeName}>{name(texts)}</span>
                  {badge && waiting > 0 && (
                    <Badge count={waiting} overflowCount={COUNTED - 1} size="small" title={texts.shell.waiting(waiting)} />
                  )}
                </NavLink>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}
