import { Button, Flex, Typography } from 'antd';
import { useTexts } from '../i18n';
import type { Pages } from './usePages';

/** Back and forth through a list that the server gives out page by page; nothing while one page is all. */
export function Pager<T>({ pages }: { pages: Pages<T> }) {
  const { paging } = useTexts();
  if (!(pages.previous ?? pages.next)) return null;
  return (
    <Flex component="nav" aria-label={paging.label} align="center" justify="end" gap={8}>
      <Button disabled={!pages.previous} onClick={pages.previous}>
        {paging.previous}
      </Button>
      <Typography.Text>{paging.page(pages.page + 1)}</Typography.Text>
      <Button disabled={!pages.next} loading={pages.isFetching} onClick={pages.next}>
        {paging.next}
      </Button>
    </Flex>
  );
}
