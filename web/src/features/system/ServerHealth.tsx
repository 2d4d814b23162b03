import { useQuery } from '@tanstack/react-query';
import { Badge, Descriptions, Flex, Typography } from 'antd';
import { getReadiness, type Health, type Readiness } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { Loaded } from '../../shared/Loaded';
import { READINESS } from './readiness';

/** How often it is asked for, in milliseconds. */
const WATCH_EVERY = 15_000;
const BADGES: Record<Health, 'success' | 'warning' | 'error'> = { ok: 'success', warning: 'warning', error: 'error' };

/** Whether each part of the server works, in words, with the figures that this was judged by. */
export function ServerHealth() {
  const { health } = useTexts().system;
  const query = useQuery({ queryKey: READINESS, queryFn: getReadiness, refetchInterval: WATCH_EVERY });
  return (
    <Flex vertical gap={12}>
      <Loaded query={query}>{({ parts }) => <Parts parts={parts} />}</Loaded>
      <Typography.Text type="secondary">{health.forMonitors}</Typography.Text>
    </Flex>
  );
}

function Parts({ parts: { store, jobs, disk, backup } }: { parts: Readiness['parts'] }) {
  const { health } = useTexts().system;
  const { bytes, ago, duration } = useFormats();
  const free = disk.freeBytes === null ? health.disk.unknown : health.disk[disk.status](bytes(Number(disk.freeBytes)));
  const age = backup.ageSeconds === null ? health.backup.none : health.backup.last(ago(before(backup.ageSeconds)));
  const lines = [
    { key: 'store', status: store.status, said: store.status === 'ok' ? health.store.ok : health.store.error },
    {
      key: 'jobs',
      status: jobs.status,
      said: jobs.status === 'error' ? health.jobs.error(duration(jobs.lookedSecondsAgo * 1000)) : health.jobs.ok,
      more: jobs.behindSeconds > 0 ? health.jobs.behind(duration(jobs.behindSeconds * 1000)) : undefined,
    },
    { key: 'disk', status: disk.status, said: free },
    { key: 'backup', status: backup.status, said: age, more: backup.lastAttemptFailed ? health.backup.failed : undefined },
  ] as const;
  return (
    <Descriptions
      column={1}
      size="small"
      styles={{ label: { width: 140 } }}
      items={lines.map(({ key, status, said, ...line }) => ({
        key,
        label: health.parts[key],
        children: (
          <Flex vertical>
            <Badge status={BADGES[status]} text={said} />
            {'more' in line && line.more !== undefined && <Typography.Text type="secondary">{line.more}</Typography.Text>}
          </Flex>
        ),
      }))}
    />
  );
}

/** The moment so many seconds ago. */
function before(seconds: number): string {
  return new Date(Date.now() - seconds * 1000).toISOString();
}
