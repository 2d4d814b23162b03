import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Modal, Radio, Typography } from 'antd';
import { resolveConflict, sentence, type Conflict, type ConflictAction } from '../../api';
import { useTexts } from '../../i18n';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { runsKey } from '../sync/runsKey';
import { conflictsKey } from './conflictsKey';

const ACTIONS = ['linkAccount', 'giveNumber', 'keepSeparate', 'ignore'] as const satisfies ConflictAction[];

interface Fields {
  action: ConflictAction;
  reason?: string;
}

/** The ways out of a conflict, each with what it will do; the decision is carried out at once. */
export function Resolve({ tenantId, conflict, isOpen, onClose }: { tenantId: number; conflict: Conflict; isOpen: boolean; onClose: () => void }) {
  const texts = useTexts();
  const { conflicts } = texts;
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const resolve = useMutation({
    mutationFn: ({ action, reason }: Fields) => {
      const why = reason?.trim();
      return resolveConflict(tenantId, conflict.id, { action, ...(why && { reason: why }) });
    },
    onSuccess: () => {
      void message.success(conflicts.done(conflict.name));
      onClose();
      for (const queryKey of [conflictsKey(tenantId), runsKey(tenantId), ['members', tenantId]]) {
        void queries.invalidateQueries({ queryKey });
      }
    },
  });
  return (
    <Modal
      open={isOpen}
      title={conflicts.question(conflict.name)}
      okText={conflicts.decide}
      cancelText={texts.cancel}
      confirmLoading={resolve.isPending}
      onOk={form.submit}
      onCancel={onClose}
      afterClose={resolve.reset}
      destroyOnHidden
      width={620}
    >
      <Typography.Paragraph>{sentence(conflict.detail)}</Typography.Paragraph>
      <Form<Fields> form={form} layout="vertical" requiredMark={false} preserve={false} onFinish={(fields) => resolve.mutate(fields)}>
        <Form.Item name="action" label={conflicts.way} rules={[{ required: true, message: texts.required }]}>
          <Radio.Group
            vertical
            options={ACTIONS.map((value) => ({
              value,
              label: (
                <>
                  <Typography.Text strong>{conflicts.actions[value].name}</Typography.Text>
                  <br />
                  <Typography.Text type="secondary">{conflicts.actions[value].effect}</Typography.Text>
                </>
              ),
            }))}
          />
        </Form.Item>
        <Form.Item name="reason" label={conflicts.why}>
          <Input.TextArea rows={2} maxLength={200} showCount />
        </Form.Item>
      </Form>
      <ProblemAlert error={resolve.error} />
    </Modal>
  );
}
