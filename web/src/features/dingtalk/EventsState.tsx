import { Alert, Descriptions, Flex, Tag } from 'antd';
import { sentence, type EventSubscription } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { Time } from '../../shared/Time';

/** How events come in: connected or not and why, the last one, how long it was on its way, what is still to be looked at. */
export function EventsState({ subscription }: { subscription: EventSubscription }) {
  const { events } = useTexts().dingtalk;
  const format = useFormats();
  const { transport, stream, lastEventAt, lastLagMilliseconds, waiting, pushReady, pushesTaken, pushesRefused } = subscription;
  const refused = Object.entries(pushesRefused).map(([reason, count]) => `${reason} ${format.number(count)}`);
  const rows = [
    { key: 'state', label: events.connection, children: <State subscription={subscription} /> },
    { key: 'last', label: events.lastEvent, children: lastEventAt ? <Time at={lastEventAt} /> : events.none },
    {
      key: 'lag',
      label: events.lag,
      children: lastLagMilliseconds === undefined ? events.none : format.duration(lastLagMilliseconds),
    },
    { key: 'waiting', label: events.waiting, children: format.number(waiting) },
    ...(stream
      ? [
          { key: 'events', label: events.received, children: format.number(stream.events) },
          { key: 'connections', label: events.connections, children: format.number(stream.connections) },
        ]
      : []),
    ...(transport === 'push'
      ? [
          { key: 'ready', label: events.pushReady, children: pushReady ? events.yes : events.no },
          { key: 'taken', label: events.taken, children: format.number(pushesTaken) },
          { key: 'refused', label: events.refused, children: refused.join(' · ') || format.number(0) },
        ]
      : []),
  ];
  return (
    <Flex vertical gap={16}>
      {stream?.error && (
        <Alert type="error" showIcon title={sentence(stream.error.detail)} description={sentence(stream.error.remedy)} />
      )}
      <Descriptions column={1} size="small" items={rows} />
    </Flex>
  );
}

function State({ subscription: { transport, stream, pushReady } }: { subscription: EventSubscription }) {
  const { events } = useTexts().dingtalk;
  if (transport === 'off') return <Tag>{events.isOff}</Tag>;
  if (transport === 'push') return <Tag color={pushReady ? 'success' : 'warning'}>{pushReady ? events.listens : events.notReady}</Tag>;
  if (stream?.connectedSince) {
    return (
      <Flex gap={4} align="center" wrap>
        <Tag color="success">{events.connected}</Tag>
        <Time at={stream.connectedSince} />
      </Flex>
    );
  }
  return (
    <Flex gap={4} align="center" wrap>
      <Tag color="warning">{events.disconnected}</Tag>
      {stream?.nextAttemptAt && (
        <>
          {events.nextAttempt} <Time at={stream.nextAttemptAt} />
        </>
      )}
    </Flex>
  );
}
