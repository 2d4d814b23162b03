import { App, Button, Dropdown, type MenuProps } from 'antd';
import { changeMember, createPasswordLink, resetPassword, type ChangeMember, type Member, type PasswordLink } from '../../api';
import { useTexts, type Dictionary } from '../../i18n';
import { Copyable } from '../../shared/Copyable';
import { useFormats } from '../../shared/formats';
import { useConfirm } from '../../shared/useConfirm';
import { serverOf } from '../dingtalk/addresses';
import { useTenant } from '../tenants/TenantScope';
import { useMemberChanged } from './useMemberChanged';

type ActName = 'resetPassword' | 'passwordLink' | 'disable' | 'enable' | 'promote' | 'demote';

/** What an act changes of the member; the password is no part of it. */
const CHANGES: Record<Exclude<ActName, 'resetPassword' | 'passwordLink'>, ChangeMember> = {
  disable: { status: 'disabled' },
  enable: { status: 'active' },
  promote: { role: 'administrator' },
  demote: { role: 'member' },
};
const DANGEROUS = new Set<ActName>(['resetPassword', 'passwordLink', 'disable', 'demote']);

/** What can be done with a person, each with a word before it about what will happen. */
export function MemberActions({ tenantId, member }: { tenantId: number; member: Member }) {
  const { directory, close } = useTexts();
  const { modal, message } = App.useApp();
  const { moment } = useFormats();
  const texts = directory.member.acts;
  const confirm = useConfirm();
  const changed = useMemberChanged(tenantId, member.id);
  const tenant = useTenant();
  const showLink = ({ path, expiresAt }: PasswordLink) =>
    modal.success({
      title: texts.passwordLink.done(member.name),
      width: 560,
      okText: close,
      content: (
        <>
          <p>{directory.member.linkOnce(moment(expiresAt))}</p>
          <Copyable value={serverOf(tenant) + path} />
        </>
      ),
    });
  const ask = (name: ActName) =>
    confirm({
      title: texts[name].title(member.name),
      consequence: texts[name].consequence,
      action: texts[name].action,
      isDangerous: DANGEROUS.has(name),
      run: async () => {
        if (name === 'passwordLink') {
          showLink(await createPasswordLink(tenantId, member.id));
          return;
        }
        if (name === 'resetPassword') await resetPassword(tenantId, member.id);
        else await changeMember(tenantId, member.id, CHANGES[name]);
        void message.success(texts[name].done(member.name));
        await changed();
      },
    });
  return (
    <Dropdown
      autoFocus
      trigger={['click']}
      menu={{
        items: possible(member).map((name) => item(name, texts)),
        onClick: ({ key, domEvent }) => {
          // The same press of Enter would otherwise answer the question that it brings up.
          domEvent.preventDefault();
          ask(key as ActName);
        },
      }}
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
    ...(username === undefined ? [] : (['passwordLink', 'resetPassword'] as const)),
    ...(status === 'active' ? (['disable'] as const) : []),
    ...(status === 'disabled' ? (['enable'] as const) : []),
    role === 'administrator' ? 'demote' : 'promote',
  ];
}
