import { Alert, Flex, Progress, Tag, Typography } from 'antd';
import type { SyncRun, SyncStatus } from '../../api';
import { useLanguage } from '../../i18n';
import { callCount, figures, isGoing, isUnchanged } from './run';
import styles from './SyncResult.module.css';

const COLOURS: Record<SyncStatus, string> = {
  queued: 'processing',
  running: 'processing',
  awaitingApproval: 'warning',
  previewed: 'default',
  succeeded: 'success',
  failed: 'error',
  cancelled: 'default',
};

/** How far through a run each phase begins, in percent; reading takes by far the longest. */
const BEGINS = { queued: 0, reading: 5, planning: 80, applying: 90, finished: 100 };

/** A run: where it stands, what it read, what it changed, and why it failed. */
export function SyncResult({ run }: { run: SyncRun | null }) {
  const { texts, language } = useLanguage();
  if (run === null) return <Typography.Text type="secondary">{texts.sync.never}</Typography.Text>;
  const number = new Intl.NumberFormat(language);
  return (
    <Flex vertical gap={12} aria-live="polite">
      <Flex align="center" gap={8} wrap>
        <Tag color={COLOURS[run.status]}>{texts.sync.status[run.status]}</Tag>
        {isGoing(run) && <Typography.Text type="secondary">{texts.sync.phase[run.phase]}</Typography.Text>}
        {isUnchanged(run) && <Typography.Text type="secondary">{texts.sync.unchanged}</Typography.Text>}
        {callCount(run) > 0 && (
          <Typography.Text type="secondary">{texts.sync.calls(callCount(run))}</Typography.Text>
        )}
      </Flex>
      {isGoing(run) && <Progress percent={BEGINS[run.phase]} status="active" showInfo={false} />}
      <dl className={styles.figures}>
        {figures(run.counts).map(({ name, value }) => (
          <div key={name} className={styles.figure}>
            <dt>{texts.sync.counts[name]}</dt>
            <dd>{number.format(value)}</dd>
          </div>
        ))}
      </dl>
      {run.status === 'awaitingApproval' && <Alert type="warning" showIcon title={texts.sync.awaiting} />}
      {run.error && <Alert type="error" showIcon title={run.error.detail} description={run.error.remedy} />}
    </Flex>
  );
}
