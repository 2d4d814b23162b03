import { Button, Empty, Flex, Tag, Timeline, Typography } from 'antd';
import { Link } from 'react-router';
import { listMemberHistory, type MemberHistoryEntry } from '../../api';
import { useTexts, type Dictionary } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { Loading } from '../../shared/Loading';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { usePages } from '../../shared/usePages';
import { ChangedFields } from '../sync/ChangedFields';
import { memberKey } from './keys';

/** What synchronisation did to a person, the newest first, field by field. */
export function MemberHistory({ tenantId, memberId }: { tenantId: number; memberId: string }) {
  const texts = useTexts();
  const { directory } = texts;
  const { moment } = useFormats();
  const pages = usePages([...memberKey(tenantId, memberId), 'history'], (cursor) => listMemberHistory(tenantId, memberId, cursor));
  if (pages.isPending) return <Loading />;
  if (pages.error) return <ProblemAlert error={pages.error} onRetry={pages.refetch} />;
  if (pages.items.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={directory.member.noHistory} />;
  return (
    <Flex vertical gap={12}>
      <Timeline
        items={pages.items.map((entry) => ({
          key: `${entry.runId} ${entry.change.kind}`,
          content: (
            <>
              <Flex gap={8} align="baseline" wrap>
                <Typography.Text strong>{directory.member.kinds[entry.change.kind]}</Typography.Text>
                <Typography.Text type="secondary">{moment(entry.at)}</Typography.Text>
                <Tag>{cause(entry, directory)}</Tag>
                <Link to={`/tenants/${tenantId}/syncRuns/${entry.runId}`}>{directory.member.run}</Link>
              </Flex>
              {entry.change.note && <div>{entry.change.note}</div>}
              <ChangedFields change={entry.change} />
            </>
          ),
        }))}
      />
      <Flex gap={8}>
        {pages.previous && <Button onClick={pages.previous}>{texts.paging.previous}</Button>}
        {pages.next && <Button onClick={pages.next}>{texts.paging.next}</Button>}
      </Flex>
    </Flex>
  );
}

function cause({ trigger, reverts }: MemberHistoryEntry, directory: Dictionary['directory']): string {
  if (reverts !== undefined) return directory.member.reverted;
  return new Map(Object.entries(directory.member.triggers)).get(trigger) ?? trigger;
}
