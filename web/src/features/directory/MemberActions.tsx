import { Button, Dropdown, type MenuProps } from 'antd';
import { changeMember, resetPassword, type Member } from '../../api';
import { useTexts } from '../../i18n';
import { useConfirm } from '../../shared/useConfirm';
import { useMemberChanged } from './useMemberChanged';

/** What can be done with a person, each with a word before it about what will happen. */
export function MemberActions({ tenantId, member }: { tenantId: number; member: Member }) {
  const { directory } = useTexts();
  const texts = directory.member;
  const confirm = useConfirm();
  const changed = useMemberChanged(tenantId, member.id);
  const { name } = member;
  const change = (body: Parameters<typeof changeMember>[2]) => () => changeMember(tenantId, member.id, body).then(changed);
  const acts: Record<string, () => void> = {
    resetPassword: () =>
      confirm({
        title: texts.resetTitle(name),
        consequence: texts.resetResult,
        action: texts.resetPassword,
        done: texts.passwordReset,
        isDangerous: true,
        run: () => resetPassword(tenantId, member.id),
      }),
    disable: () =>
      confirm({
        title: texts.disableTitle(name),
        consequence: texts.disableResult,
        action: texts.disable,
        done: texts.disabled(name),
        isDangerous: true,
        run: change({ status: 'disabled' }),
      }),
    enable: () =>
      confirm({
        title: texts.enableTitle(name),
        consequence: texts.enableResult,
        action: texts.enable,
        done: texts.enabled(name),
        run: change({ status: 'active' }),
      }),
    promote: () =>
      confirm({
        title: texts.promoteTitle(name),
        consequence: texts.promoteResult,
        action: texts.promote,
        done: texts.promoted(name),
        run: change({ role: 'administrator' }),
      }),
    demote: () =>
      confirm({
        title: texts.demoteTitle(name),
        consequence: texts.demoteResult,
        action: texts.demote,
        done: texts.demoted(name),
        isDangerous: true,
        run: change({ role: 'member' }),
      }),
  };
  const items: NonNullable<MenuProps['items']> = [
    ...(member.username === undefined ? [] : [{ key: 'resetPassword', label: texts.resetPassword }]),
    ...(member.status === 'active' ? [{ key: 'disable', label: texts.disable, danger: true }] : []),
    ...(member.status === 'disabled' ? [{ key: 'enable', label: texts.enable }] : []),
    member.role === 'administrator' ? { key: 'demote', label: texts.demote, danger: true } : { key: 'promote', label: texts.promote },
  ];
  return (
    <Dropdown trigger={['click']} menu={{ items, onClick: ({ key }) => acts[key]?.() }}>
      <Button>{texts.actions}</Button>
    </Dropdown>
  );
}
