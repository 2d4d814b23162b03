import { useQueries } from '@tanstack/react-query';
import { Alert, Card, Flex } from 'antd';
import { Link } from 'react-router';
import { getDingTalkApplication, getEventSubscription, getExamination, listConflicts, listSyncRuns } from '../../api';
import { useTexts, type Dictionary } from '../../i18n';
import { Loading } from '../../shared/Loading';
import { conflictsKey } from '../conflicts/conflictsKey';
import { dingTalkKey } from '../dingtalk/dingTalkKey';
import { runsKey } from '../sync/runsKey';
import { attention, type Matter } from './attention';

/** What waits for an administrator, each with the way to it; or that nothing does. */
export function Matters({ tenantId }: { tenantId: number }) {
  const { overview } = useTexts();
  const [application, examination, runs, conflicts, events] = useQueries({
    queries: [
      { queryKey: dingTalkKey(tenantId), queryFn: () => getDingTalkApplication(tenantId) },
      { queryKey: [...dingTalkKey(tenantId), 'examination'], queryFn: () => getExamination(tenantId) },
      { queryKey: [...runsKey(tenantId), 'newest'], queryFn: () => listSyncRuns(tenantId, { limit: 5 }) },
      { queryKey: [...conflictsKey(tenantId), 'count'], queryFn: () => listConflicts(tenantId, { state: 'open', limit: 50 }) },
      { queryKey: [...dingTalkKey(tenantId), 'events'], queryFn: () => getEventSubscription(tenantId) },
    ],
  });
  if (application.isPending || runs.isPending || conflicts.isPending) return <Loading />;
  const matters = attention({
    ...(application.data !== undefined && { application: application.data }),
    ...(examination.data !== undefined && { examination: examination.data }),
    ...(runs.data && { runs: runs.data.items }),
    ...(conflicts.data && { conflicts: conflicts.data.items }),
    ...(events.data && { events: events.data }),
  });
  if (matters.length === 0) return <Alert type="success" showIcon title={overview.allWell} />;
  return (
    <Card title={overview.attention} size="small">
      <Flex vertical gap={8}>
        {matters.map((matter) => (
          <Alert
            key={matter.kind}
            type={matter.severity}
            showIcon
            title={<Link to={`/tenants/${tenantId}/${matter.to}`}>{sentence(matter, overview)}</Link>}
          />
        ))}
      </Flex>
    </Card>
  );
}

function sentence(matter: Matter, { matters }: Dictionary['overview']): string {
  switch (matter.kind) {
    case 'runFailed':
      return matters.runFailed(matter.run.error?.detail ?? '');
    case 'runWaiting':
      return matters.runWaiting;
    case 'doctorErrors':
    case 'doctorWarnings':
    case 'conflicts':
      return matters[matter.kind](matter.count);
    default:
      return matters[matter.kind];
  }
}
