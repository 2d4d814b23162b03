import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Form, Input, Modal, Select } from 'antd';
import { createApiToken, type ApiTokenScope } from '../../api';
import { useTexts } from '../../i18n';
import { Copyable } from '../../shared/Copyable';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { tokensKey } from './ApiTokens';
import { endOf, LIFETIMES, SCOPES } from './tokens';

interface Fields {
  name: string;
  scopes: ApiTokenScope[];
  /** Days; 0 is for ever. */
  lifetime: number;
}

/** Makes a token and shows it, this once. */
export function CreateApiToken({ tenantId, open, onClose }: { tenantId: number; open: boolean; onClose: () => void }) {
  const texts = useTexts();
  const { tokens } = texts.integrations;
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const create = useMutation({
    mutationFn: ({ name, scopes, lifetime }: Fields) => {
      const expiresAt = endOf(lifetime === 0 ? undefined : lifetime);
      return createApiToken(tenantId, { name: name.trim(), scopes, ...(expiresAt !== undefined && { expiresAt }) });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: tokensKey(tenantId) }),
  });
  const issued = create.data;
  const required = { required: true, message: texts.required };
  return (
    <Modal
      open={open}
      title={issued ? issued.name : tokens.create}
      okText={tokens.create}
      cancelText={texts.cancel}
      confirmLoading={create.isPending}
      onOk={form.submit}
      onCancel={onClose}
      afterClose={create.reset}
      // Whoever clicks beside it would lose the token.
      mask={{ closable: false }}
      destroyOnHidden
      {...(issued && { footer: <Button type="primary" onClick={onClose}>{texts.close}</Button> })}
    >
      {issued ? (
        <>
          <Alert type="warning" showIcon title={tokens.once} style={{ marginBottom: 16 }} />
          <Copyable value={issued.token} label={tokens.token} />
        </>
      ) : (
        <Form<Fields>
          form={form}
          layout="vertical"
          requiredMark={false}
          preserve={false}
          initialValues={{ scopes: [], lifetime: 365 }}
          onFinish={(fields) => create.mutate(fields)}
        >
          <Form.Item name="name" label={tokens.name} extra={tokens.nameHint} rules={[{ ...required, whitespace: true }]}>
            <Input autoFocus maxLength={100} />
          </Form.Item>
          <Form.Item name="scopes" label={tokens.scopes} rules={[{ ...required, type: 'array' }]}>
            <Checkbox.Group options={SCOPES.map((value) => ({ value, label: tokens.scopeNames[value] }))} />
          </Form.Item>
          <Form.Item name="lifetime" label={tokens.lifetime}>
            <Select options={LIFETIMES.map((days) => ({ value: days ?? 0, label: days === undefined ? tokens.never : tokens.days(days) }))} />
          </Form.Item>
          <ProblemAlert error={create.error} />
        </Form>
      )}
    </Modal>
  );
}
