import { Flex, Spin } from 'antd';
import { useTexts } from '../i18n';

/** A page or a part of one that is on its way. */
export function Loading() {
  const texts = useTexts();
  return (
    <Flex align="center" justify="center" style={{ flex: 1, minHeight: 160 }} aria-label={texts.loading} role="status">
      <Spin />
    </Flex>
  );
}
