import { Descriptions } from 'antd';
import type { Message, MessageAudience } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { useDepartmentPlaces } from './DepartmentField';
import { pathOf } from './places';

/** Who sent it, for whom it was meant, and when what became of it. */
export function MessageFacts({ tenantId, message }: { tenantId: number; message: Message }) {
  const meant = useMeant(tenantId, message.audience);
  const { messages } = useTexts();
  const { moment, number } = useFormats();
  const { facts } = messages;
  const times = [
    ['createdAt', message.createdAt],
    ['recalledAt', message.recalledAt],
    ['cancelledAt', message.cancelledAt],
    ['heldUntil', message.heldUntil],
    ['settledAt', message.settledAt],
    ['resultsReadAt', message.resultsReadAt],
    ['resultsDueAt', message.resultsDueAt],
  ] as const;
  return (
    <Descriptions
      column={1}
      size="small"
      items={[
        { key: 'sender', label: facts.sender, children: new Map(Object.entries(messages.senders)).get(message.sender.kind) ?? message.sender.kind },
        { key: 'audience', label: facts.audience, children: meant },
        { key: 'recipients', label: messages.columns.recipients, children: number(message.recipients) },
        { key: 'delivery', label: facts.delivery, children: new Map(Object.entries(messages.deliveries)).get(message.delivery) ?? message.delivery },
        { key: 'calls', label: facts.calls, children: number(message.calls?.length ?? 0) },
        ...times.flatMap(([key, at]) => (at === undefined ? [] : [{ key, label: facts[key], children: moment(at) }])),
      ]}
    />
  );
}

/** For whom a message was meant, in words. */
function useMeant(tenantId: number, { everyone, exclude, ...named }: MessageAudience): string {
  const { meant, loadingName } = useTexts().messages.audience;
  const departmentIds = named.departmentIds ?? [];
  const places = useDepartmentPlaces(tenantId, departmentIds);
  const paths = places.data?.items.map(pathOf) ?? [loadingName];
  const people = (named.memberIds?.length ?? 0) + (named.usernames?.length ?? 0);
  const excluded = (exclude?.memberIds?.length ?? 0) + (exclude?.usernames?.length ?? 0) + (exclude?.departmentIds?.length ?? 0);
  return [
    ...(everyone ? [meant.everyone] : []),
    ...(departmentIds.length > 0 ? [meant.departments(paths)] : []),
    ...(people > 0 ? [meant.people(people)] : []),
    ...(excluded > 0 ? [meant.without(excluded)] : []),
  ].join(' · ');
}
