import { Alert, Flex, Progress, Typography } from 'antd';
import type { ReactNode } from 'react';
import { sentence, type SyncRun } from '../../api';
import { useTexts, type Dictionary } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { Calls } from './Calls';
import { outcome } from './outcome';
import { figures, isGoing, percent } from './run';
import styles from './SyncResult.module.css';

const SEVERITY: Record<string, 'success' | 'warning' | 'error' | 'info'> = {
  awaitingApproval: 'warning',
  succeeded: 'success',
  failed: 'error',
};

/** A run: what came of it in a sentence, how far it is, what it read and changed, what it cost. */
export function SyncResult({ run }: { run: SyncRun }) {
  const { sync } = useTexts();
  const { number } = useFormats();
  const said = outcome(run, sync, number);
  return (
    <Flex vertical gap={16}>
      <div aria-live="polite">
        {isGoing(run) ? (
          <Going run={run} said={said} />
        ) : (
          <Alert type={SEVERITY[run.status] ?? 'info'} showIcon title={said} description={why(run, sync)} action={<Mend run={run} />} />
        )}
      </div>
      {run.warnings.length > 0 && <Alert type="warning" showIcon title={<Sentences of={run.warnings} />} />}
      <dl className={styles.figures}>
        {figures(run.counts).map(({ name, value }) => (
          <div key={name} className={styles.figure}>
            <dt>{sync.counts[name]}</dt>
            <dd>{number(value)}</dd>
          </div>
        ))}
      </dl>
      <Calls calls={run.calls} />
    </Flex>
  );
}

function Going({ run, said }: { run: SyncRun; said: string }) {
  const { sync } = useTexts();
  const { duration } = useFormats();
  return (
    <Flex vertical gap={4}>
      <Flex justify="space-between" gap={12} wrap>
        <Typography.Text strong>{said}</Typography.Text>
        {run.etaSeconds !== undefined && run.etaSeconds > 0 && (
          // Not read out: it changes with every look.
          <Typography.Text type="secondary" aria-live="off">
            {sync.eta(duration(run.etaSeconds * 1000))}
          </Typography.Text>
        )}
      </Flex>
      <Progress percent={percent(run)} status="active" showInfo={false} aria-label={said} />
    </Flex>
  );
}

/** Why it waits, or what to do about its failure. */
function why(run: SyncRun, sync: Dictionary['sync']): ReactNode {
  if (run.error) return sentence(run.error.remedy);
  if (run.status !== 'awaitingApproval') return undefined;
  return (
    <>
      <Sentences of={run.guard} />
      <div>{sync.awaiting}</div>
    </>
  );
}

function Mend({ run }: { run: SyncRun }) {
  const { sync } = useTexts();
  if (run.error?.link === undefined) return null;
  return (
    <Typography.Link href={run.error.link} target="_blank" rel="noreferrer">
      {sync.mend}
    </Typography.Link>
  );
}

function Sentences({ of }: { of: string[] }) {
  return of.map((said) => <div key={said}>{sentence(said)}</div>);
}
