import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Flex, Tag, Typography, Upload, type TableProps } from 'antd';
import { backupFile, createBackup, deleteBackup, listBackups, uploadBackup, verifyBackup, type Backup } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { PagedTable } from '../../shared/PagedTable';
import { useAct } from '../../shared/useAct';
import { useConfirm } from '../../shared/useConfirm';
import { usePages } from '../../shared/usePages';
import { Restore } from './Restore';

const BACKUPS = ['backups'] as const;
const COLOURS: Record<Backup['status'], string> = { queued: 'default', running: 'processing', succeeded: 'success', failed: 'error' };
/** How often they are asked for while one is being made, in milliseconds. */
const WATCH_EVERY = 1_500;

/** Backups: making one, bringing one, reading it through, putting it in the data's place, taking the file away. */
export function Backups() {
  const { backups } = useTexts().system;
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: BACKUPS });
  const pages = usePages<Backup>(BACKUPS, listBackups, {
    refetchInterval: (items) => (items.some(({ status }) => status === 'queued' || status === 'running') ? WATCH_EVERY : false),
  });
  const create = useAct({ act: createBackup, done: backups.asked, onSettled: refresh });
  const bring = useAct({ act: uploadBackup, done: backups.uploaded, onSettled: refresh });
  return (
    <Flex vertical gap={16}>
      <Flex justify="space-between" gap={16} wrap>
        <Typography.Text type="secondary" style={{ flex: '1 1 320px' }}>
          {backups.intro}
        </Typography.Text>
        <Flex gap={8} wrap>
          <Upload
            accept=".tar"
            maxCount={1}
            showUploadList={false}
            beforeUpload={(file) => {
              bring.mutate(file);
              return false;
            }}
          >
            <Button loading={bring.isPending}>{backups.upload}</Button>
          </Upload>
          <Button type="primary" loading={create.isPending} onClick={() => create.mutate()}>
            {backups.create}
          </Button>
        </Flex>
      </Flex>
      <PagedTable label={backups.title} pages={pages} columns={useColumns()} rowKey={({ id }) => id} empty={backups.empty} />
    </Flex>
  );
}

function useColumns(): NonNullable<TableProps<Backup>['columns']> {
  const { backups } = useTexts().system;
  const { moment, bytes, number } = useFormats();
  return [
    { title: backups.columns.at, key: 'at', render: (_, { createdAt }) => moment(createdAt) },
    {
      title: backups.columns.status,
      key: 'status',
      render: (_, { status, rows, rowsTotal, error }) => (
        <Flex vertical align="start">
          <Tag color={COLOURS[status]}>{backups.statuses[status]}</Tag>
          {status === 'running' && <Typography.Text type="secondary">{backups.copied(number(Number(rows ?? 0)), number(Number(rowsTotal ?? 0)))}</Typography.Text>}
          {error && <Typography.Text type="secondary">{error}</Typography.Text>}
        </Flex>
      ),
    },
    { title: backups.columns.reason, key: 'reason', render: (_, { reason }) => reason && backups.reasons[reason] },
    { title: backups.columns.size, key: 'size', align: 'end', render: (_, backup) => backup.bytes && bytes(Number(backup.bytes)) },
    { title: backups.columns.encrypted, key: 'encrypted', render: (_, { encrypted }) => encrypted !== undefined && (encrypted ? backups.yes : backups.no) },
    { title: backups.columns.acts, key: 'acts', render: (_, backup) => backup.status === 'succeeded' && <Acts backup={backup} /> },
  ];
}

function Acts({ backup }: { backup: Backup }) {
  const { id, createdAt } = backup;
  const { backups } = useTexts().system;
  const { moment } = useFormats();
  const { modal } = App.useApp();
  const queries = useQueryClient();
  const confirm = useConfirm();
  const verify = useAct({
    act: () => verifyBackup(id),
    onDone: ({ sound, findings }) =>
      void (sound
        ? modal.success({ title: backups.sound })
        : modal.error({ title: backups.unsound, content: findings.map((finding) => <div key={finding}>{finding}</div>) })),
  });
  const remove = () =>
    confirm({
      title: backups.deleteTitle(moment(createdAt)),
      consequence: backups.deleteResult,
      action: backups.delete,
      isDangerous: true,
      done: backups.deleted,
      run: () => deleteBackup(id).finally(() => queries.invalidateQueries({ queryKey: BACKUPS })),
    });
  return (
    <Flex gap={8} wrap>
      <Button size="small" loading={verify.isPending} onClick={() => verify.mutate()}>
        {backups.verify}
      </Button>
      <Button size="small" href={backupFile(id)} download>
        {backups.download}
      </Button>
      <Restore backup={backup} />
      <Button size="small" danger onClick={remove}>
        {backups.delete}
      </Button>
    </Flex>
  );
}
