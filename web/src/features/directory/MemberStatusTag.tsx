import { Tag } from 'antd';
import type { MemberStatus } from '../../api';
import { useTexts } from '../../i18n';

const COLOURS: Record<MemberStatus, string> = { active: 'success', disabled: 'warning', left: 'default' };

/** Whether a person belongs to the tenant now. */
export function MemberStatusTag({ status }: { status: MemberStatus }) {
  const { directory } = useTexts();
  return <Tag color={COLOURS[status]}>{directory.statuses[status]}</Tag>;
}
