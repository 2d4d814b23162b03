import { Button, Empty, Flex, Table, Typography, type TableProps } from 'antd';
import { useTexts } from '../i18n';
import { ProblemAlert } from './ProblemAlert';
import type { Pages } from './usePages';

interface Props<T> {
  pages: Pages<T>;
  columns: NonNullable<TableProps<T>['columns']>;
  rowKey: (row: T) => string;
  /** What is said when there is nothing. */
  empty: string;
  /** What the table is, for those who cannot see it. */
  label: string;
  onRow?: TableProps<T>['onRow'];
}

/** A server-paged table with its states: on its way, empty, failed. */
export function PagedTable<T extends object>({ pages, columns, rowKey, empty, label, onRow }: Props<T>) {
  const { paging } = useTexts();
  return (
    <Flex vertical gap={12}>
      <ProblemAlert error={pages.error} onRetry={pages.refetch} />
      <Table<T>
        aria-label={label}
        size="middle"
        columns={columns}
        dataSource={pages.items}
        rowKey={rowKey}
        loading={pages.isFetching && pages.items.length === 0}
        pagination={false}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: pages.isPending || pages.error ? ' ' : <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty} /> }}
        {...(onRow && { onRow })}
      />
      {(pages.previous ?? pages.next) && (
        <Flex component="nav" aria-label={paging.label} align="center" justify="end" gap={8}>
          <Button disabled={!pages.previous} onClick={pages.previous}>
            {paging.previous}
          </Button>
          <Typography.Text>{paging.page(pages.page + 1)}</Typography.Text>
          <Button disabled={!pages.next} loading={pages.isFetching} onClick={pages.next}>
            {paging.next}
          </Button>
        </Flex>
      )}
    </Flex>
  );
}
