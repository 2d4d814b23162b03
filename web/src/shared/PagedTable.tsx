import { Empty, Flex, Table, type TableProps } from 'antd';
import type { ReactNode } from 'react';
import { Pager } from './Pager';
import { ProblemAlert } from './ProblemAlert';
import styles from './PagedTable.module.css';
import type { Pages } from './usePages';

interface Props<T> {
  pages: Pages<T>;
  columns: NonNullable<TableProps<T>['columns']>;
  rowKey: (row: T) => string;
  /** What is said when there is nothing, or shown instead of saying it. */
  empty: ReactNode;
  /** What the table is, for those who cannot see it. */
  label: string;
  onRow?: TableProps<T>['onRow'];
}

/** A server-paged table with its states: on its way, empty, failed. */
export function PagedTable<T extends object>({ pages, columns, rowKey, empty, label, onRow }: Props<T>) {
  const nothing = typeof empty === 'string' ? <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty} /> : empty;
  return (
    <Flex vertical gap={12}>
      <ProblemAlert error={pages.error} onRetry={pages.refetch} />
      {/* A table that is wider than its place can be scrolled by keyboard, too. */}
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={label}>
        <Table<T>
          aria-label={label}
          size="middle"
          columns={columns}
          dataSource={pages.items}
          rowKey={rowKey}
          loading={pages.isFetching && pages.items.length === 0}
          pagination={false}
          locale={{ emptyText: pages.isPending || pages.error ? ' ' : nothing }}
          {...(onRow && { onRow })}
        />
      </div>
      <Pager pages={pages} />
    </Flex>
  );
}
