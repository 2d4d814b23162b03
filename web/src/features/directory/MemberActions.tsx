import { Button, Dropdown, type MenuProps } from 'antd';
import { changeMember, resetPassword, type ChangeMember, type Member } from '../../api';
import { useTexts, type Dictionary } from '../../i18n';
import { useConfirm } from '../../shared/useConfirm';
import { useMemberChanged } from './useMemberChanged';

type ActName = 'resetPassword' | 'disable' | 'enable' | 'promote' | 'demote';

/** What an act changes of the member; the password is no part of it. */
const CHANGES: Record<Exclude<ActName, 'resetPassword'>, ChangeMember> = {
  disable: { status: 'disabled' },
  enable: { status: 'active' },
  promote: { role: 'administrator' },
  demote: { role: 'member' },
};
const DANGEROUS = new Set<ActName>(['resetPassword', 'disable', 'demote']);

/** What can be done with a person, each with a word before it about what will happen. */
export function MemberActions({ tenantId, member }: { tenantId: number; member: Member }) {
  const { directory } = useTexts();
  const texts = directory.member.acts;
  const confirm = useConfirm();
  const changed = useMemberChanged(tenantId, member.id);
  const ask = (name: ActName) =>
    confirm({
      title: texts[name].title(member.name),
      consequence: texts[name].consequence,
      action: texts[name].action,
      done: texts[name].done(member.name),
      isDangerous: DANGEROUS.has(name),
      run: async () => {
        if (name === 'resetPassword') await resetPassword(tenantId, member.id);
        else await changeMember(tenantId, member.id, CHANGES[name]);
        await changed();
      },
    });
  return (
    <Dropdown
      trigger={['click']}
      menu={{ items: possible(member).map((name) => item(name, texts)), onClick: ({ key }) => ask(key as ActName) }}
    >
      <Button>{directory.member.actions}</Button>
    </Dropdown>
  );
}

function item(name: ActName, texts: Dictionary['directory']['member']['acts']): NonNullable<MenuProps['items']>[number] {
  return { key: name, label: texts[name].action, danger: DANGEROUS.has(name) };
}

/** What makes sense for the person as things stand. Who left is out of an administrator's hands. */
function possible({ username, status, role }: Member): ActName[] {
  return [
    ...(username === undefined ? [] : (['resetPassword'] as const)),
    ...(status === 'active' ? (['disable'] as const) : []),
    ...(status === 'disabled' ? (['enable'] as const) : []),
    role === 'administrator' ? 'demote' : 'promote',
  ];
}
