import type { Change } from '../../api';
import { useTexts } from '../../i18n';
import styles from './ChangedFields.module.css';

/** Before and after, field by field, as people read it. */
export function ChangedFields({ change }: { change: Change }) {
  const { directory, sync } = useTexts();
  const isDepartment = change.kind.startsWith('department');
  const names = new Map(Object.entries({ ...directory.fields, ...(isDepartment && { name: sync.departmentName }) }));
  const values = new Map<string, string>(Object.entries({ ...directory.statuses, ...directory.roles }));
  const shown = (field: string, value: string) =>
    field === 'status' || field === 'role' ? (values.get(value) ?? value) : value;
  if (change.fields.length === 0) return null;
  return (
    <dl className={styles.fields}>
      {change.fields.map(({ field, before, after }) => (
        <div key={field} className={styles.field}>
          <dt>{names.get(field) ?? field}</dt>
          <dd>
            {before !== undefined && <del>{shown(field, before)}</del>}
            {before !== undefined && ' → '}
            <ins>{after === undefined ? directory.member.nothing : shown(field, after)}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}
