import { useQuery } from '@tanstack/react-query';
import { Flex, Tag, Typography } from 'antd';
import { Link } from 'react-router';
import { listSyncRuns, type SyncRun } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { Loaded } from '../../shared/Loaded';
import { Time } from '../../shared/Time';
import { NothingYet } from '../sync/NothingYet';
import { figures } from '../sync/run';
import { runsKey } from '../sync/runsKey';
import styles from './overview.module.css';

const COLOURS = new Map([
  ['succeeded', 'success'],
  ['failed', 'error'],
  ['awaitingApproval', 'warning'],
  ['running', 'processing'],
]);

/** The newest runs, each in one line. */
export function LastRuns({ tenantId }: { tenantId: number }) {
  const { sync } = useTexts();
  const runs = useQuery({ queryKey: [...runsKey(tenantId), 'newest'], queryFn: () => listSyncRuns(tenantId, { limit: 5 }) });
  return (
    <Loaded query={runs}>
      {({ items }) =>
        items.length === 0 ? (
          <NothingYet tenantId={tenantId}>{sync.never}</NothingYet>
        ) : (
          <ul className={styles.runs}>
            {items.map((run) => (
              <li key={run.id}>
                <Line tenantId={tenantId} run={run} />
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}

function Line({ tenantId, run }: { tenantId: number; run: SyncRun }) {
  const { sync } = useTexts();
  const { number } = useFormats();
  const status = new Map(Object.entries(sync.status)).get(run.status) ?? run.status;
  return (
    <Flex gap={12} align="baseline">
      <span className={styles.status}>
        <Tag color={COLOURS.get(run.status) ?? 'default'}>{status}</Tag>
      </span>
      <Link className={styles.when} to={`/tenants/${tenantId}/syncRuns/${run.id}`}>
        <Time at={run.createdAt} />
      </Link>
      <Typography.Text type="secondary">
        {figures(run.counts)
          .map(({ name, value }) => `${sync.counts[name]} ${number(value)}`)
          .join(' · ')}
      </Typography.Text>
    </Flex>
  );
}
