import { Button, Card, Flex, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useLanguage } from '../i18n';
import { Brand } from './Brand';
import styles from './EntryPage.module.css';

/** The frame of the pages before the door: one card in the middle. */
export function EntryPage({ title, intro, children }: { title: string; intro?: string; children: ReactNode }) {
  const { texts, switchLanguage } = useLanguage();
  return (
    <main className={styles.ground}>
      <Flex vertical gap={20} className={styles.column}>
        <Brand tagline={texts.tagline} />
        <Card>
          <Typography.Title level={1} style={{ fontSize: 22, marginBottom: 8 }}>
            {title}
          </Typography.Title>
          {intro !== undefined && <Typography.Paragraph type="secondary">{intro}</Typography.Paragraph>}
          {children}
        </Card>
        <Button type="text" size="small" onClick={switchLanguage}>
          {texts.otherLanguage}
        </Button>
      </Flex>
    </main>
  );
}
