import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Modal } from 'antd';
import { useNavigate } from 'react-router';
import { createTenant } from '../../api';
import { useTexts } from '../../i18n';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { TENANTS } from './tenantsQuery';

interface Fields {
  name: string;
  houseNumber?: string;
}

/** Asks for a name and, if wanted, a house number; leads to the new tenant. */
export function CreateTenant({ open, onClose }: { open: boolean; onClose: () => void }) {
  const texts = useTexts();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const create = useMutation({
    mutationFn: ({ name, houseNumber }: Fields) =>
      createTenant({ name: name.trim(), ...(houseNumber && { houseNumber: houseNumber.toUpperCase() }) }),
    onSuccess: async (tenant) => {
      void message.success(texts.tenants.created(tenant.name));
      await queries.invalidateQueries({ queryKey: TENANTS });
      onClose();
      await navigate(`/tenants/${tenant.id}`);
    },
  });
  return (
    <Modal
      open={open}
      title={texts.tenants.create}
      okText={texts.tenants.create}
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
        <Form.Item
          name="houseNumber"
          label={texts.tenants.houseNumber}
          extra={texts.tenants.houseNumberHint}
          rules={[{ pattern: /^[0-9a-z]{6}$/i, message: texts.tenants.houseNumberRule }]}
        >
          <Input maxLength={6} autoComplete="off" style={{ width: 160, textTransform: 'uppercase' }} />
        </Form.Item>
      </Form>
      <ProblemAlert error={create.error} />
    </Modal>
  );
}
