import { DesktopOutlined, MoonOutlined, SunOutlined, TranslationOutlined, UserOutlined } from '@ant-design/icons';
import { Button, Dropdown, Flex, Tooltip } from 'antd';
import { useNavigate } from 'react-router';
import { useMe } from '../features/session/useMe';
import { useSignOut } from '../features/session/useSignOut';
import { useLanguage } from '../i18n';
import { APPEARANCES, useAppearance } from '../shared/appearance';

const ICONS = { system: DesktopOutlined, light: SunOutlined, dark: MoonOutlined };

/** The right end of the header: language, light or dark, and the account with the way out. */
export function AccountMenu() {
  const { texts, switchLanguage } = useLanguage();
  const { appearance, choose } = useAppearance();
  const navigate = useNavigate();
  const me = useMe().data;
  const signOut = useSignOut();
  const Icon = ICONS[appearance];
  const name = [me?.account.name, me?.account.username].find(Boolean) ?? '';
  return (
    <Flex align="center" gap={4}>
      <Tooltip title={texts.otherLanguage}>
        <Button type="text" icon={<TranslationOutlined />} aria-label={texts.otherLanguage} onClick={switchLanguage} />
      </Tooltip>
      <Dropdown
        autoFocus
        trigger={['click']}
        menu={{
          selectable: true,
          selectedKeys: [appearance],
          items: APPEARANCES.map((key) => {
            const KeyIcon = ICONS[key];
            return { key, label: texts.shell.appearances[key], icon: <KeyIcon />, onClick: () => choose(key) };
          }),
        }}
      >
        <Button type="text" icon={<Icon />} aria-label={texts.shell.appearance} />
      </Dropdown>
      <Dropdown
        autoFocus
        trigger={['click']}
        menu={{
          items: [
            { key: 'account', label: texts.session.account.title, onClick: () => void navigate('/account') },
            { key: 'docs', label: <a href="/api/docs" target="_blank">{texts.apiDocs}</a> },
            { type: 'divider' },
            { key: 'out', label: texts.session.signOut, onClick: () => signOut.mutate() },
          ],
        }}
      >
        <Button type="text" icon={<UserOutlined />} aria-label={texts.shell.account(name)}>
          {name}
        </Button>
      </Dropdown>
    </Flex>
  );
}
