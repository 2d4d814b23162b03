import { useQuery } from '@tanstack/react-query';
import { Empty, Flex, Tag, Typography } from 'antd';
import { listRecentErrors } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { Loaded } from '../../shared/Loaded';
import styles from './system.module.css';

/** What went wrong lately, as the log says it, with the request that it happened in. */
export function LastErrors() {
  const texts = useTexts();
  const { errors } = texts.system;
  const { exact } = useFormats();
  const query = useQuery({ queryKey: ['system', 'errors'], queryFn: listRecentErrors });
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={errors.none} />
        ) : (
          <ul className={styles.errors}>
            {items.map(({ at, level, source, message, requestId }, index) => (
              <li key={`${at} ${index}`}>
                <Flex gap={8} align="baseline" wrap>
                  <Tag color={level === 'error' ? 'error' : 'warning'}>{errors.levels[level]}</Tag>
                  <Typography.Text type="secondary">{exact(at)}</Typography.Text>
                  <Typography.Text type="secondary">{source}</Typography.Text>
                  {requestId && <Typography.Text copyable={{ text: requestId }}>{texts.requestId(requestId)}</Typography.Text>}
                </Flex>
                <code className={styles.message}>{message}</code>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}
