import { Button, Flex } from 'antd';
import type { ReactNode } from 'react';
import { useTexts } from '../i18n';
import { ProblemAlert } from './ProblemAlert';

interface Props {
  /** What sends the form: why it failed the last time, and whether it is under way. */
  sending: { error: Error | null; isPending: boolean };
  /** On the button; “save” when there is nothing more exact to say. */
  children?: ReactNode;
  disabled?: boolean;
}

/** What a form ends with: why it could not be sent, and the button that sends it. */
export function FormFoot({ sending, children, disabled = false }: Props) {
  const texts = useTexts();
  return (
    <Flex vertical gap={16} align="flex-start">
      <ProblemAlert error={sending.error} />
      <Button type="primary" htmlType="submit" loading={sending.isPending} disabled={disabled}>
        {children ?? texts.save}
      </Button>
    </Flex>
  );
}
