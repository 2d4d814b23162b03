import { Flex, Typography } from 'antd';
import { useEffect, type ReactNode } from 'react';
import { useTexts } from '../i18n';

/** A page's title, also for the browser's tab, what it is for, and what can be done on it as a whole. */
export function PageHead({ title, intro, children }: { title: ReactNode; intro?: ReactNode; children?: ReactNode }) {
  const { product } = useTexts();
  useEffect(() => {
    if (typeof title === 'string') document.title = `${title} · ${product}`;
  }, [title, product]);
  return (
    <Flex align="flex-start" justify="space-between" gap={16} wrap>
      <div style={{ flex: '1 1 320px', minWidth: 0 }}>
        <Typography.Title level={1} style={{ fontSize: 24, margin: 0 }}>
          {title}
        </Typography.Title>
        {intro !== undefined && (
          <Typography.Paragraph type="secondary" style={{ margin: '4px 0 0' }}>
            {intro}
          </Typography.Paragraph>
        )}
      </div>
      {children !== undefined && (
        <Flex gap={8} wrap>
          {children}
        </Flex>
      )}
    </Flex>
  );
}
