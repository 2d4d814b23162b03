import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Flex, Progress, Table, Typography } from 'antd';
import { resumeDingTalkUsage, type DingTalkUsage } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { useConfirm } from '../../shared/useConfirm';
import { messagesKey } from './keys';
import { levelOf } from './usage';

/** The month's calls: how many are used, what that means, and by which interface. */
export function Meter({ tenantId, usage }: { tenantId: number; usage: DingTalkUsage }) {
  const { usage: texts } = useTexts().messages;
  const { number, moment } = useFormats();
  const { used, limit, calls, resetsAt, month } = usage;
  const level = levelOf(usage);
  return (
    <Flex vertical gap={16}>
      <Flex vertical>
        <Typography.Text strong style={{ fontSize: 16 }}>
          {texts.used(number(used), number(limit))}
        </Typography.Text>
        <Progress
          aria-label={texts.used(number(used), number(limit))}
          percent={Math.min(100, Math.round((used / limit) * 1000) / 10)}
          status={level === 'normal' ? 'normal' : 'exception'}
        />
        <Typography.Text type="secondary">{texts.monthEnds(month, moment(resetsAt))}</Typography.Text>
      </Flex>
      {level !== 'normal' && <Alert type={level === 'exhausted' ? 'error' : 'warning'} showIcon title={texts.levels[level]} />}
      {level === 'exhausted' && <Resume tenantId={tenantId} until={usage.exhaustedUntil} />}
      {calls.length > 0 && (
        <Table
          aria-label={texts.byInterface}
          size="small"
          pagination={false}
          rowKey={({ api }) => api}
          dataSource={[...calls].sort((one, other) => other.count - one.count)}
          columns={[
            { title: texts.byInterface, key: 'api', render: (_, { api }) => <Named api={api} /> },
            { title: texts.calls, key: 'count', align: 'end', render: (_, { count }) => number(count) },
          ]}
        />
      )}
      <Typography.Text type="secondary">{texts.others}</Typography.Text>
    </Flex>
  );
}

/** An interface by what it is for, where that is known, and by DingTalk's own path. */
function Named({ api }: { api: string }) {
  const { interfaces } = useTexts().messages.usage;
  const name = new Map(Object.entries(interfaces)).get(api.split('/').at(-1) ?? '');
  return (
    <Flex vertical>
      {name}
      <Typography.Text type="secondary">{api}</Typography.Text>
    </Flex>
  );
}

/** Sending on before the month ends, for when more calls were bought. */
function Resume({ tenantId, until }: { tenantId: number; until: string | undefined }) {
  const { usage } = useTexts().messages;
  const { moment } = useFormats();
  const queries = useQueryClient();
  const confirm = useConfirm();
  const ask = () =>
    confirm({
      title: usage.resumeTitle,
      consequence: usage.resumeResult,
      action: usage.resume,
      done: usage.resumed,
      run: () => resumeDingTalkUsage(tenantId).finally(() => queries.invalidateQueries({ queryKey: messagesKey(tenantId) })),
    });
  return (
    <Flex gap={16} align="center" wrap>
      <Button onClick={ask}>{usage.resume}</Button>
      {until !== undefined && <Typography.Text>{usage.heldUntil(moment(until))}</Typography.Text>}
    </Flex>
  );
}
