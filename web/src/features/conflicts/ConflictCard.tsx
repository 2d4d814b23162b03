import { Button, Card, Descriptions, Flex, Tag, Typography } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { sentence, type Conflict } from '../../api';
import { useTexts } from '../../i18n';
import { Time } from '../../shared/Time';
import { Resolve } from './Resolve';

const COLOURS: Record<Conflict['state'], string> = { open: 'warning', resolved: 'success', ignored: 'default', vanished: 'default' };

/** One conflict: who it is about, why it could not be decided, and how it was, or can be. */
export function ConflictCard({ tenantId, conflict }: { tenantId: number; conflict: Conflict }) {
  const { conflicts } = useTexts();
  const [isResolving, setIsResolving] = useState(false);
  const { name, detail, state, dingtalkUserId, mobile, memberId, foundAt, closedAt, action, reason } = conflict;
  const decided = action === undefined ? undefined : (new Map(Object.entries(conflicts.actions)).get(action)?.name ?? action);
  return (
    <Card>
      <Flex justify="space-between" align="flex-start" gap={16} wrap>
        <div style={{ flex: '1 1 360px', minWidth: 0 }}>
          <Flex gap={8} align="center" wrap>
            <Typography.Title level={2} style={{ fontSize: 16, margin: 0 }}>
              {memberId === undefined ? name : <Link to={`/tenants/${tenantId}/organisation?member=${memberId}`}>{name}</Link>}
            </Typography.Title>
            <Tag color={COLOURS[state]}>{conflicts.states[state]}</Tag>
          </Flex>
          <Typography.Paragraph style={{ margin: '8px 0' }}>{sentence(detail)}</Typography.Paragraph>
          <Descriptions
            size="small"
            column={{ xs: 1, sm: 2, lg: 4 }}
            items={[
              { key: 'mobile', label: conflicts.mobile, children: mobile },
              { key: 'userid', label: conflicts.userid, children: dingtalkUserId },
              { key: 'found', label: conflicts.found, children: <Time at={foundAt} /> },
              ...(closedAt === undefined ? [] : [{ key: 'closed', label: conflicts.closed, children: <Time at={closedAt} /> }]),
              ...(decided === undefined ? [] : [{ key: 'decided', label: conflicts.decided, children: decided }]),
              ...(reason === undefined ? [] : [{ key: 'reason', label: conflicts.reason, children: reason }]),
            ]}
          />
        </div>
        {state === 'open' && (
          <Button type="primary" onClick={() => setIsResolving(true)} aria-label={`${conflicts.resolve} ${name}`}>
            {conflicts.resolve}
          </Button>
        )}
      </Flex>
      <Resolve tenantId={tenantId} conflict={conflict} isOpen={isResolving} onClose={() => setIsResolving(false)} />
    </Card>
  );
}
