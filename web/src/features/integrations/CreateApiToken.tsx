import { Checkbox, Form, Input, Select } from 'antd';
import { createApiToken, type ApiTokenScope } from '../../api';
import { useTexts } from '../../i18n';
import { MakeSecret } from '../../shared/MakeSecret';
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
  const required = { required: true, message: texts.required };
  const create = ({ name, scopes, lifetime }: Fields) => {
    const expiresAt = endOf(lifetime === 0 ? undefined : lifetime);
    return createApiToken(tenantId, { name: name.trim(), scopes, ...(expiresAt !== undefined && { expiresAt }) });
  };
  return (
    <MakeSecret
      open={open}
      onClose={onClose}
      action={tokens.create}
      initialValues={{ scopes: [], lifetime: 365 }}
      make={create}
      listKey={tokensKey(tenantId)}
      secretOf={({ name, token }) => ({ title: name, value: token })}
      secret={tokens.token}
      warning={tokens.once}
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
    </MakeSecret>
  );
}
