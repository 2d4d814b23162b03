import { Flex, Typography } from 'antd';
import { useTexts } from '../i18n';

/** The plate and the name. */
export function Brand({ tagline }: { tagline?: string }) {
  const texts = useTexts();
  return (
    <Flex align="center" gap={12}>
      <img src="/plate.svg" alt="" width={44} height={44} />
      <Flex vertical>
        <Typography.Text strong style={{ fontSize: 18, lineHeight: 1.2 }}>
          {texts.product}
        </Typography.Text>
        {tagline !== undefined && <Typography.Text type="secondary">{tagline}</Typography.Text>}
      </Flex>
    </Flex>
  );
}
