import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Flex, Modal, Progress, Spin, Typography } from 'antd';
import { useEffect } from 'react';
import { getRestore, isSignedOut } from '../../api';
import { useTexts } from '../../i18n';

/** How often the server is asked, in milliseconds. */
const WATCH_EVERY = 1_000;

/** Follows a restore until the server is back with other data; then everything that was shown is asked for anew. */
export function RestoreProgress({ onClose }: { onClose: () => void }) {
  const { restore } = useTexts().system.backups;
  const query = useQuery({
    queryKey: ['restore'],
    queryFn: getRestore,
    refetchInterval: WATCH_EVERY,
    // While the server starts anew nobody answers; that is expected, and the next question is already on its way.
    retry: false,
    gcTime: 0,
  });
  const { data, error } = query;
  // Whoever was not signed in when the backup was made is not now.
  const isBack = isSignedOut(error) || (error === null && data?.status === 'none');
  useEffect(() => {
    if (isBack) window.location.reload();
  }, [isBack]);
  const hasFailed = data?.status === 'failed';
  return (
    <Modal open title={restore.running} closable={false} mask={{ closable: false }} keyboard={false} footer={hasFailed && <Button onClick={onClose}>{restore.close}</Button>}>
      {hasFailed ? (
        <Alert type="error" showIcon title={restore.failed} description={data.error} />
      ) : (
        <Flex vertical gap={12} aria-live="polite">
          <Typography.Text>{data?.status === 'reading' && error === null ? restore.reading : restore.restarting}</Typography.Text>
          {data?.status === 'reading' && error === null ? (
            <Progress percent={percent(data.bytes, data.bytesTotal)} showInfo={false} aria-label={restore.reading} />
          ) : (
            <Spin />
          )}
        </Flex>
      )}
    </Modal>
  );
}

function percent(bytes: string | undefined, total: string | undefined): number {
  const of = Number(total ?? 0);
  return of === 0 ? 0 : Math.floor((Number(bytes ?? 0) / of) * 100);
}
