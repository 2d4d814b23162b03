import { App } from 'antd';
import { useCallback, type ReactNode } from 'react';
import { useTexts } from '../i18n';
import { problemText } from './ProblemAlert';

interface Act {
  /** The question. */
  title: string;
  /** What will happen, before it happens. */
  consequence: ReactNode;
  /** What the button says: the act itself, never “OK”. */
  action: string;
  /** Whether it cannot be taken back easily. */
  isDangerous?: boolean;
  /** Does it. */
  run: () => Promise<unknown>;
  /** What is said when it is done. */
  done?: string;
}

/** Asks before something is done that somebody may regret, does it, and says how it went. */
export function useConfirm(): (act: Act) => void {
  const { modal, message } = App.useApp();
  const texts = useTexts();
  return useCallback(
    ({ title, consequence, action, isDangerous = false, run, done }) => {
      modal.confirm({
        title,
        content: consequence,
        okText: action,
        okButtonProps: { danger: isDangerous },
        cancelText: texts.cancel,
        focusable: { autoFocusButton: 'cancel' },
        onOk: () =>
          run().then(
            () => done !== undefined && void message.success(done),
            (error: unknown) => void message.error(error instanceof Error ? problemText(error, texts) : texts.problem.title, 8),
          ),
      });
    },
    [modal, message, texts],
  );
}
