import { MenuOutlined } from '@ant-design/icons';
import { Button, Drawer, Flex } from 'antd';
import { useRef, useState } from 'react';
import { Link, Outlet, useParams } from 'react-router';
import { TenantSwitcher } from '../features/tenants/TenantSwitcher';
import { useChosenTenant } from '../features/tenants/chosenTenant';
import { useTexts } from '../i18n';
import { Brand } from '../shared/Brand';
import { useArrival } from '../shared/useArrival';
import { AccountMenu } from './AccountMenu';
import styles from './Frame.module.css';
import { Sections } from './Sections';

/** What surrounds every page behind the door: the name, the places, the tenant, the account. */
export function Frame() {
  const { shell } = useTexts();
  const [isOpen, setIsOpen] = useState(false);
  const tenantId = useChosenTenant(useParams().tenantId);
  const content = useRef<HTMLElement>(null);
  useArrival(content);
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#content">
        {shell.skip}
      </a>
      <div className={styles.side}>
        <div className={styles.sideInner}>
          <Link to="/" className={styles.brand ?? ''}>
            <Brand />
          </Link>
          <Sections tenantId={tenantId} />
        </div>
      </div>
      <div className={styles.body}>
        <header className={styles.header}>
          <Flex align="center" gap={8} className={styles.where ?? ''}>
            <Button
              className={styles.burger ?? ''}
              type="text"
              icon={<MenuOutlined />}
              aria-label={shell.navigation}
              onClick={() => setIsOpen(true)}
            />
            <TenantSwitcher tenantId={tenantId} />
          </Flex>
          <AccountMenu />
        </header>
        <main ref={content} id="content" className={styles.main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <Drawer open={isOpen} onClose={() => setIsOpen(false)} placement="left" size={264} title={<Brand />}>
        <Sections tenantId={tenantId} onLeave={() => setIsOpen(false)} />
      </Drawer>
    </div>
  );
}
