import { useQuery } from '@tanstack/react-query';
import { Drawer, Flex, Tabs } from 'antd';
import { endMemberSession, endMemberSessions, getMember, listMemberSessions } from '../../api';
import { useTexts } from '../../i18n';
import { Loaded } from '../../shared/Loaded';
import { useFocusBack } from '../../shared/useFocusBack';
import { OpenSessions } from '../session/OpenSessions';
import { memberKey } from './keys';
import { MemberActions } from './MemberActions';
import { MemberHistory } from './MemberHistory';
import { MemberProfile } from './MemberProfile';
import { MemberStatusTag } from './MemberStatusTag';
import type { Branches } from './tree';

interface Props {
  tenantId: number;
  /** Whom to show; nobody closes it. */
  memberId: string | undefined;
  branches: Branches;
  onClose: () => void;
}

/** One person: the profile, where it comes from, what happened, and what can be done. */
export function MemberDrawer({ tenantId, memberId, branches, onClose }: Props) {
  const { directory, session } = useTexts();
  const member = useQuery({
    queryKey: memberKey(tenantId, memberId ?? ''),
    queryFn: () => getMember(tenantId, memberId ?? ''),
    enabled: memberId !== undefined,
  });
  const person = member.data;
  const isOpen = memberId !== undefined;
  useFocusBack(isOpen);
  return (
    <Drawer
      open={isOpen}
      size={560}
      title={
        person ? (
          <Flex align="center" gap={10}>
            {person.name}
            <MemberStatusTag status={person.status} />
          </Flex>
        ) : (
          directory.people
        )
      }
      extra={person && <MemberActions tenantId={tenantId} member={person} />}
      onClose={onClose}
      destroyOnHidden
    >
      <Loaded query={member}>
        {(person) => (
          <Tabs
            items={[
              {
                key: 'profile',
                label: directory.member.profile,
                children: <MemberProfile tenantId={tenantId} member={person} branches={branches} />,
              },
              {
                key: 'sessions',
                label: session.ofMember.title,
                children: (
                  <OpenSessions
                    queryKey={[...memberKey(tenantId, person.id), 'sessions']}
                    list={() => listMemberSessions(tenantId, person.id)}
                    end={(sessionId) => endMemberSession(tenantId, person.id, sessionId)}
                    endAll={() => endMemberSessions(tenantId, person.id)}
                    texts={session.ofMember}
                  />
                ),
              },
              {
                key: 'history',
                label: directory.member.history,
                children: <MemberHistory tenantId={tenantId} memberId={person.id} />,
              },
            ]}
          />
        )}
      </Loaded>
    </Drawer>
  );
}
