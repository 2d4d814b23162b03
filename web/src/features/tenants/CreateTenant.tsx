import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Modal } from 'antd';
import { createTenant } from '../../api';
import { useTexts } from '../../i18n';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { TENANTS } from './tenantsQuery';

interface Fields {
  name: string;
}

/** Asks for a name; id and house number are the server's. */
export function CreateTenant({ open, onClose }: { open: boolean; onClose: () => void }) {
  const texts = useTexts();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const create = useMutation({
    mutationFn: createTenant,
    onSuccess: (tenant) => {
      void message.success(texts.tenants.created(tenant.name));
      void queries.invalidateQueries({ queryKey: TENANTS });
      onClose();
    },
  });
  return (
    <Modal
      open={open}
      title={texts.tenants.create}
      okText={texts.save}
      cancelText={texts.cancel}
      confirmLoading={create.isPending}
      onOk={form.submit}
      onCancel={onClose}
      afterClose={create.reset}
      destroyOnHidden
    >
      <Form form={form} layout="vertical" requiredMark={false} preserve={false} onFinish={(fields) => create.mutate(fields)}>
        <Form.Item name="name" label={texts.tenants.name} rules={[{ required: true, whitespace: true, message: texts.required }]}>
          <Input autoFocus maxLength={100} />
        </Form.Item>
      </Form>
      <ProblemAlert error={create.error} />
    </Modal>
  );
}
