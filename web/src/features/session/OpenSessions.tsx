import { useQuery, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { Button, Empty, Flex, Tag, Typography } from 'antd';
import type { OpenSession } from '../../api';
import { useTexts } from '../../i18n';
import { deviceOf } from '../../shared/device';
import { Loaded } from '../../shared/Loaded';
import { Time } from '../../shared/Time';
import { useAct } from '../../shared/useAct';
import { useConfirm } from '../../shared/useConfirm';
import styles from './OpenSessions.module.css';

interface Props {
  queryKey: QueryKey;
  list: () => Promise<{ items: OpenSession[] }>;
  end: (sessionId: string) => Promise<unknown>;
  /** Ends all but the one that asks. */
  endAll: () => Promise<unknown>;
  texts: { endAll: string; endAllTitle: string; endAllResult: string };
}

/** Where somebody is signed in: how, from where, since when, and the way to end it. */
export function OpenSessions({ queryKey, list, end, endAll, texts }: Props) {
  const { openSessions } = useTexts().session;
  const queries = useQueryClient();
  const confirm = useConfirm();
  const sessions = useQuery({ queryKey, queryFn: list });
  const changed = () => queries.invalidateQueries({ queryKey });
  const endOne = useAct({ act: end, done: openSessions.ended, onSettled: changed });
  return (
    <Loaded query={sessions}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={openSessions.none} />
        ) : (
          <Flex vertical gap={12}>
            <ul className={styles.list}>
              {items.map((session) => (
                <li key={session.id} className={styles.session}>
                  <Session session={session} />
                  {!session.current && (
                    <Button
                      size="small"
                      aria-label={`${openSessions.end}: ${session.address ?? ''} ${session.userAgent ?? ''}`}
                      loading={endOne.isPending && endOne.variables === session.id}
                      onClick={() => endOne.mutate(session.id)}
                    >
                      {openSessions.end}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
            {items.some(({ current }) => !current) && (
              <Button
                danger
                style={{ alignSelf: 'start' }}
                onClick={() =>
                  confirm({
                    title: texts.endAllTitle,
                    consequence: texts.endAllResult,
                    action: texts.endAll,
                    isDangerous: true,
                    done: openSessions.ended,
                    run: () => endAll().finally(changed),
                  })
                }
              >
                {texts.endAll}
              </Button>
            )}
          </Flex>
        )
      }
    </Loaded>
  );
}

function Session({ session: { method, address, userAgent, lastUsedAt, current, tenantId } }: { session: OpenSession }) {
  const { openSessions } = useTexts().session;
  return (
    <div className={styles.facts}>
      <Flex gap={8} align="center" wrap>
        <strong>{openSessions.methods[method]}</strong>
        {current && <Tag color="success">{openSessions.current}</Tag>}
        {tenantId !== undefined && <Tag>{openSessions.onlyTenant(tenantId)}</Tag>}
      </Flex>
      <Typography.Text type="secondary">
        {openSessions.lastUsed} <Time at={lastUsedAt} />
        {address && ` · ${address}`}
      </Typography.Text>
      {userAgent && (
        <Typography.Text type="secondary" title={userAgent} style={{ fontSize: 12, overflowWrap: 'anywhere' }}>
          {deviceOf(userAgent)}
        </Typography.Text>
      )}
    </div>
  );
}
