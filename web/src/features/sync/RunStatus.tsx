import { Tag } from 'antd';
import type { SyncRun } from '../../api';
import { useTexts } from '../../i18n';

const COLOURS: Record<string, string> = {
  queued: 'processing',
  running: 'processing',
  awaitingApproval: 'warning',
  previewed: 'processing',
  succeeded: 'success',
  failed: 'error',
};

/** Where a run stands, in a word. */
export function RunStatus({ run }: { run: SyncRun }) {
  const { sync } = useTexts();
  if (run.revertedBy !== undefined) return <Tag>{sync.reverted}</Tag>;
  return <Tag color={COLOURS[run.status] ?? 'default'}>{new Map(Object.entries(sync.status)).get(run.status) ?? run.status}</Tag>;
}

/** Why it was made, in words. */
export function useCause(): (run: SyncRun) => string {
  const { sync } = useTexts();
  const names = new Map(Object.entries(sync.triggers));
  return ({ trigger, reverts, mode }) => {
    if (reverts !== undefined) return sync.triggers.revert;
    const name = names.get(trigger) ?? trigger;
    return mode === 'preview' ? `${name} · ${sync.preview}` : name;
  };
}
