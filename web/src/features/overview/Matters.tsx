import { useQueries } from '@tanstack/react-query';
import { Alert, Card, Flex } from 'antd';
import { Link } from 'react-router';
import {
  getDingTalkApplication,
  getDingTalkUsage,
  getEventSubscription,
  getExamination,
  getReadiness,
  listConflicts,
  listSyncRuns,
} from '../../api';
import { useTexts, type Dictionary } from '../../i18n';
import { useFormats, type Formats } from '../../shared/formats';
import { Loading } from '../../shared/Loading';
import { conflictsKey } from '../conflicts/conflictsKey';
import { dingTalkKey } from '../dingtalk/dingTalkKey';
import { usageKey } from '../messages/keys';
import { useMe } from '../session/useMe';
import { runsKey } from '../sync/runsKey';
import { READINESS } from '../system/readiness';
import { attention, type Matter } from './attention';

/** What waits for an administrator, each with the way to it; or that nothing does. */
export function Matters({ tenantId }: { tenantId: number }) {
  const { overview } = useTexts();
  const format = useFormats();
  const isPlatform = useMe().data?.account.platformAdministrator ?? false;
  const [application, examination, runs, conflicts, events, usage, readiness] = useQueries({
    queries: [
      { queryKey: dingTalkKey(tenantId), queryFn: () => getDingTalkApplication(tenantId) },
      { queryKey: [...dingTalkKey(tenantId), 'examination'], queryFn: () => getExamination(tenantId) },
      { queryKey: [...runsKey(tenantId), 'newest'], queryFn: () => listSyncRuns(tenantId, { limit: 5 }) },
      { queryKey: [...conflictsKey(tenantId), 'count'], queryFn: () => listConflicts(tenantId, { state: 'open', limit: 50 }) },
      { queryKey: [...dingTalkKey(tenantId), 'events'], queryFn: () => getEventSubscription(tenantId) },
      { queryKey: usageKey(tenantId), queryFn: () => getDingTalkUsage(tenantId) },
      { queryKey: READINESS, queryFn: getReadiness, enabled: isPlatform },
    ],
  });
  if (application.isPending || runs.isPending || conflicts.isPending) return <Loading />;
  const matters = attention({
    ...(application.data !== undefined && { application: application.data }),
    ...(examination.data !== undefined && { examination: examination.data }),
    ...(runs.data && { runs: runs.data.items }),
    ...(conflicts.data && { conflicts: conflicts.data.items }),
    ...(events.data && { events: events.data }),
    ...(usage.data && { usage: usage.data }),
    ...(isPlatform && readiness.data && { backup: readiness.data.parts.backup }),
  });
  if (matters.length === 0) return <Alert type="success" showIcon title={overview.allWell} />;
  return (
    <Card title={overview.attention}>
      <Flex vertical gap={8}>
        {matters.map((matter) => (
          <Alert
            key={matter.kind}
            type={matter.severity}
            showIcon
            title={<Link to={matter.to.startsWith('/') ? matter.to : `/tenants/${tenantId}/${matter.to}`}>{sentence(matter, overview, format)}</Link>}
          />
        ))}
      </Flex>
    </Card>
  );
}

function sentence(matter: Matter, { matters }: Dictionary['overview'], { number, moment, duration }: Formats): string {
  switch (matter.kind) {
    case 'runFailed':
      return matters.runFailed(matter.run.error?.detail ?? '');
    case 'runWaiting':
      return matters.runWaiting;
    case 'doctorErrors':
    case 'doctorWarnings':
    case 'conflicts':
      return matters[matter.kind](matter.count);
    case 'callsLow':
    case 'callsUsedUp':
      return matters[matter.kind](number(matter.usage.used), number(matter.usage.limit));
    case 'callsExhausted':
      return matters.callsExhausted(moment(matter.usage.exhaustedUntil ?? matter.usage.resetsAt));
    case 'backupOld':
      return matters.backupOld(duration(matter.ageSeconds * 1000));
    default:
      return matters[matter.kind];
  }
}
