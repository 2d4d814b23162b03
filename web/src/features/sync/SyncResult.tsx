import { Alert, Flex, Progress, Tag, Typography } from 'antd';
import type { SyncRun } from '../../api';
import { useLanguage, type Dictionary } from '../../i18n';
import { callCount, figures, isGoing, isUnchanged, percent } from './run';
import styles from './SyncResult.module.css';

const COLOURS: Record<string, string> = {
  queued: 'processing',
  running: 'processing',
  awaitingApproval: 'warning',
  succeeded: 'success',
  failed: 'error',
};

/** A run: where it stands, what it read, what it changed, and why it failed. */
export function SyncResult({ run }: { run: SyncRun | null }) {
  const { texts, language } = useLanguage();
  if (run === null) return <Typography.Text type="secondary">{texts.sync.never}</Typography.Text>;
  const number = new Intl.NumberFormat(language);
  const status = new Map(Object.entries(texts.sync.status)).get(run.status) ?? run.status;
  return (
    <Flex vertical gap={12} aria-live="polite">
      <Flex align="center" gap={8} wrap>
        <Tag color={COLOURS[run.status] ?? 'default'}>{status}</Tag>
        {notes(run, texts).map((note) => (
          <Typography.Text key={note} type="secondary">
            {note}
          </Typography.Text>
        ))}
      </Flex>
      {isGoing(run) && <Progress percent={percent(run)} status="active" showInfo={false} aria-label={status} />}
      <dl className={styles.figures}>
        {figures(run.counts).map(({ name, value }) => (
          <div key={name} className={styles.figure}>
            <dt>{texts.sync.counts[name]}</dt>
            <dd>{number.format(value)}</dd>
          </div>
        ))}
      </dl>
      {run.status === 'awaitingApproval' && (
        <Alert type="warning" showIcon title={texts.sync.awaiting} description={<Sentences of={run.guard} />} />
      )}
      {run.warnings.length > 0 && <Alert type="warning" showIcon title={<Sentences of={run.warnings} />} />}
      {run.error && (
        <Alert
          type="error"
          showIcon
          title={run.error.detail}
          description={run.error.remedy}
          action={
            run.error.link && (
              <Typography.Link href={run.error.link} target="_blank" rel="noreferrer">
                {texts.sync.mend}
              </Typography.Link>
            )
          }
        />
      )}
    </Flex>
  );
}

/** What is to be said beside the status: where a run is, or how it ended. */
function notes(run: SyncRun, texts: Dictionary): string[] {
  const phase = new Map(Object.entries(texts.sync.phase)).get(run.phase) ?? run.phase;
  const calls = callCount(run);
  return [
    ...(isGoing(run) ? [phase] : []),
    ...(isGoing(run) && run.etaSeconds ? [texts.sync.eta(run.etaSeconds)] : []),
    ...(isUnchanged(run) ? [texts.sync.unchanged] : []),
    ...(calls > 0 ? [texts.sync.calls(calls)] : []),
  ];
}

function Sentences({ of }: { of: string[] }) {
  return of.map((sentence) => <div key={sentence}>{sentence}</div>);
}
