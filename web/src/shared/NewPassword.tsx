import { Form, Input } from 'antd';
import { useTexts } from '../i18n';

const SHORTEST = 8;

/** The two fields in which a password is chosen; the form's value is called `password`. */
export function NewPassword({ label }: { label: string }) {
  const texts = useTexts();
  return (
    <>
      <Form.Item
        name="password"
        label={label}
        extra={texts.password.hint}
        rules={[
          { required: true, message: texts.required },
          { min: SHORTEST, message: texts.password.tooShort },
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={texts.password.again}
        dependencies={['password']}
        rules={[
          { required: true, message: texts.required },
          ({ getFieldValue }) => ({
            validator: (_rule, value?: string) =>
              !value || getFieldValue('password') === value
                ? Promise.resolve()
                : Promise.reject(new Error(texts.password.mismatch)),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}
