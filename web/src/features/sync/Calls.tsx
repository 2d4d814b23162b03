import { Collapse, Typography } from 'antd';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import styles from './SyncResult.module.css';

/** What a run cost: its calls to DingTalk, all together and by API. */
export function Calls({ calls }: { calls: Record<string, number> }) {
  const { sync } = useTexts();
  const { number } = useFormats();
  const rows = Object.entries(calls).sort(([, one], [, other]) => other - one);
  if (rows.length === 0) return null;
  const all = rows.reduce((sum, [, count]) => sum + count, 0);
  return (
    <Collapse
      ghost
      size="small"
      items={[
        {
          key: 'calls',
          label: sync.calls(all),
          children: (
            <dl className={styles.calls}>
              {rows.map(([path, count]) => (
                <div key={path}>
                  <dt>
                    <Typography.Text code>{path}</Typography.Text>
                  </dt>
                  <dd>{number(count)}</dd>
                </div>
              ))}
            </dl>
          ),
        },
      ]}
    />
  );
}
