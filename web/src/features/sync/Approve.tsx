import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Flex, Input, Modal, Typography } from 'antd';
import { useState } from 'react';
import { applySyncRun, type SyncRun } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { outcome } from './outcome';
import { runsKey } from './runsKey';

/** Lets what the guard stopped go on: says what will happen, and asks why. */
export function Approve({ run, isOpen, onClose }: { run: SyncRun; isOpen: boolean; onClose: () => void }) {
  const texts = useTexts();
  const { sync } = texts;
  const { number } = useFormats();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const approve = useMutation({
    mutationFn: () => applySyncRun(run.tenantId, run.id, reason.trim()),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: runsKey(run.tenantId) });
    },
  });
  return (
    <Modal
      open={isOpen}
      title={sync.approveTitle}
      okText={sync.approve}
      okButtonProps={{ danger: true, loading: approve.isPending }}
      cancelText={texts.cancel}
      onOk={() => approve.mutate()}
      onCancel={onClose}
      afterClose={approve.reset}
      destroyOnHidden
    >
      <Flex vertical gap={16}>
        <Alert type="warning" showIcon title={outcome(run, sync, number)} description={sync.approveConsequence} />
        <label>
          <Typography.Text>{sync.approveReason}</Typography.Text>
          <Input.TextArea rows={2} maxLength={200} value={reason} onChange={({ target }) => setReason(target.value)} />
        </label>
        <ProblemAlert error={approve.error} />
      </Flex>
    </Modal>
  );
}
