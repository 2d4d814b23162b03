import { Button, Flex } from 'antd';
import { Outlet } from 'react-router';
import { SignOutButton } from '../features/session/SignOutButton';
import { useLanguage } from '../i18n';
import { Brand } from '../shared/Brand';
import styles from './Frame.module.css';

/** What surrounds every page behind the door: the name, the language, the way out. */
export function Frame() {
  const { texts, switchLanguage } = useLanguage();
  return (
    <>
      <header className={styles.header}>
        <Brand />
        <Flex gap={4} wrap>
          <Button type="text" href="/api/docs" target="_blank">
            {texts.apiDocs}
          </Button>
          <Button type="text" onClick={switchLanguage}>
            {texts.otherLanguage}
          </Button>
          <SignOutButton />
        </Flex>
      </header>
      <main className={styles.main}>
        <Outlet />
      </main>
    </>
  );
}
