import { useMutation, type QueryKey, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Modal } from 'antd';
import type { ReactNode } from 'react';
import { useTexts } from '../i18n';
import { Copyable } from './Copyable';
import { ProblemAlert } from './ProblemAlert';

interface Props<Fields, Made> {
  open: boolean;
  onClose: () => void;
  /** What is made, as the title and on the button. */
  action: string;
  initialValues?: Partial<Fields>;
  make: (fields: Fields) => Promise<Made>;
  /** The list that it joins. */
  listKey: QueryKey;
  /** What of it is shown this once. */
  secretOf: (made: Made) => { title?: string; value: string };
  /** What the secret is called, and the word of warning above it. */
  secret: string;
  warning: string;
  /** The form's fields. */
  children: ReactNode;
}

/** Asks for what something with a secret needs, makes it, and shows the secret, this once. */
export function MakeSecret<Fields extends object, Made>(of: Props<Fields, Made>) {
  const texts = useTexts();
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const make = useMutation({ mutationFn: of.make, onSuccess: () => queries.invalidateQueries({ queryKey: of.listKey }) });
  const made = make.data === undefined ? undefined : of.secretOf(make.data);
  return (
    <Modal
      open={of.open}
      title={made?.title ?? of.action}
      okText={of.action}
      cancelText={texts.cancel}
      confirmLoading={make.isPending}
      onOk={form.submit}
      onCancel={of.onClose}
      afterClose={make.reset}
      // Whoever clicks beside it would lose the secret.
      mask={{ closable: false }}
      destroyOnHidden
      {...(made && { footer: <Button type="primary" onClick={of.onClose}>{texts.close}</Button> })}
    >
      {made ? (
        <>
          <Alert type="warning" showIcon title={of.warning} style={{ marginBottom: 16 }} />
          <Copyable value={made.value} label={of.secret} />
        </>
      ) : (
        <Form
          form={form}
          layout="vertical"
          requiredMark={false}
          preserve={false}
          onFinish={(fields) => make.mutate(fields)}
          {...(of.initialValues && { initialValues: of.initialValues })}
        >
          {of.children}
          <ProblemAlert error={make.error} />
        </Form>
      )}
    </Modal>
  );
}
