import { Tag } from 'antd';
import { useTexts } from '../../i18n';

const COLOURS = new Map([
  ['sending', 'processing'],
  ['sent', 'success'],
  ['failed', 'error'],
  ['held', 'warning'],
]);

/** Where a message stands. */
export function MessageStatusTag({ status }: { status: string }) {
  const { messages } = useTexts();
  const name = new Map(Object.entries(messages.statuses)).get(status) ?? status;
  return <Tag color={COLOURS.get(status) ?? 'default'}>{name}</Tag>;
}
