import { Flex, Tag, theme } from 'antd';
import type { DeliveryState, Message } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import styles from './messages.module.css';
import { STATE_COLOURS, STATES } from './states';

/** How many deliveries are in which state: a bar to see, and the figures to read. */
export function StateBar({ counts, total }: { counts: Message['counts']; total: number }) {
  const { messages } = useTexts();
  const { number } = useFormats();
  const { token } = theme.useToken();
  const colours: Record<DeliveryState, string> = {
    read: token.colorSuccess,
    unread: token.colorInfo,
    sent: token.colorInfoBorder,
    untracked: token.colorTextTertiary,
    queued: token.colorTextQuaternary,
    refused: token.colorError,
    invalid: token.colorError,
    failed: token.colorError,
    unknown: token.colorWarning,
  };
  const present = STATES.filter((state) => counts[state] > 0);
  return (
    <Flex vertical gap={12} aria-live="polite">
      <div className={styles.states} aria-hidden>
        {present.map((state) => (
          <div key={state} style={{ flexGrow: counts[state] / Math.max(1, total), background: colours[state] }} />
        ))}
      </div>
      <ul className={styles.legend}>
        {present.map((state) => (
          <li key={state}>
            <Tag color={STATE_COLOURS[state]}>
              {messages.states[state]} {number(counts[state])}
            </Tag>
          </li>
        ))}
      </ul>
    </Flex>
  );
}
