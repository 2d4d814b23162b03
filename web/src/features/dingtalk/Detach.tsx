import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Card, Flex, Modal, Radio, Typography } from 'antd';
import { useState } from 'react';
import { detachDingTalk, previewDetachment, type DetachedMembers } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { Loaded } from '../../shared/Loaded';
import { useAct } from '../../shared/useAct';

/** Parting from DingTalk: shows what it would do before it does it. */
export function Detach({ tenantId }: { tenantId: number }) {
  const { detach, ...dingtalk } = useTexts().dingtalk;
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Card title={detach.title}>
      <Flex vertical gap={12} align="flex-start">
        <Typography.Text type="secondary">{detach.intro}</Typography.Text>
        <Button danger onClick={() => setIsOpen(true)} aria-label={`${detach.open} ${dingtalk.title}`}>
          {detach.open}
        </Button>
      </Flex>
      <Ask tenantId={tenantId} isOpen={isOpen} onClose={() => setIsOpen(false)} />
    </Card>
  );
}

function Ask({ tenantId, isOpen, onClose }: { tenantId: number; isOpen: boolean; onClose: () => void }) {
  const texts = useTexts();
  const { detach } = texts.dingtalk;
  const queries = useQueryClient();
  const format = useFormats();
  const [members, setMembers] = useState<DetachedMembers>('keep');
  const preview = useQuery({
    queryKey: ['detachment', tenantId, members],
    queryFn: () => previewDetachment(tenantId, members),
    enabled: isOpen,
    gcTime: 0,
  });
  const part = useAct({
    act: () => detachDingTalk(tenantId, members),
    done: detach.done,
    onDone: () => {
      onClose();
      return queries.invalidateQueries();
    },
  });
  return (
    <Modal
      open={isOpen}
      title={detach.question}
      okText={detach.deed}
      okButtonProps={{ danger: true, disabled: !preview.isSuccess, loading: part.isPending }}
      cancelText={texts.cancel}
      onOk={() => part.mutate()}
      onCancel={onClose}
      destroyOnHidden
    >
      <Flex vertical gap={16}>
        <Radio.Group
          vertical
          value={members}
          aria-label={detach.people}
          onChange={({ target }) => setMembers(target.value as DetachedMembers)}
          options={[
            { value: 'keep', label: detach.keep },
            { value: 'disable', label: detach.disable },
          ]}
        />
        <Loaded query={preview}>
          {({ counts, sample }) => (
            <Alert
              type="warning"
              showIcon
              title={detach.effect(
                format.number(counts.membersUpdated + counts.membersDisabled),
                format.number(counts.departmentsUpdated + counts.departmentsRemoved),
              )}
              description={sample.slice(0, 5).map(({ name }) => name).join(texts.dingtalk.comma)}
            />
          )}
        </Loaded>
      </Flex>
    </Modal>
  );
}
