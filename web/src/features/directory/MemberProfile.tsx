import { Button, Descriptions, Flex, Tag, Tooltip, Typography } from 'antd';
import { useState, type ReactNode } from 'react';
import { handBackFields, revealMobile, type Member } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { useAct } from '../../shared/useAct';
import { useConfirm } from '../../shared/useConfirm';
import { CustomFields } from './CustomFields';
import { EditMember } from './EditMember';
import type { Branches } from './tree';
import { useMemberChanged } from './useMemberChanged';

const PLAIN = ['jobNumber', 'title', 'email', 'orgEmail', 'telephone', 'workPlace', 'hiredOn', 'remark', 'extension'] as const;

interface Props {
  tenantId: number;
  member: Member;
  branches: Branches;
}

/** Everything that is known of a person, and which fields do not follow DingTalk. */
export function MemberProfile({ tenantId, member, branches }: Props) {
  const { directory } = useTexts();
  const { moment } = useFormats();
  const [editing, setEditing] = useState(false);
  const numbers = useAct({ act: () => revealMobile(tenantId, member.id) });
  const shown = numbers.data ?? member;
  const row = (field: keyof typeof directory.fields, value: ReactNode) => ({
    key: field,
    label: directory.fields[field],
    children: (
      <Flex align="center" gap={8} wrap>
        {value ?? <Typography.Text type="secondary">–</Typography.Text>}
        {member.pinned.includes(field) && <Pinned tenantId={tenantId} member={member} field={field} name={directory.fields[field]} />}
      </Flex>
    ),
  });
  const isHidden = member.mobile !== undefined || member.username !== undefined;
  return (
    <Flex vertical gap={16}>
      <Descriptions
        column={1}
        size="small"
        bordered
        styles={{ label: { width: 140 } }}
        items={[
          row('name', member.name),
          row(
            'mobile',
            <>
              {shown.mobile ?? '–'}
              {isHidden && !numbers.data && (
                <Tooltip title={directory.member.revealHint}>
                  <Button size="small" loading={numbers.isPending} onClick={() => numbers.mutate()}>
                    {directory.member.reveal}
                  </Button>
                </Tooltip>
              )}
            </>,
          ),
          row('username', shown.username),
          row('departments', <Places member={member} branches={branches} />),
          ...PLAIN.filter((field) => member[field] !== undefined || member.pinned.includes(field)).map((field) =>
            row(field, field === 'extension' && member.extension !== undefined ? <CustomFields text={member.extension} /> : member[field]),
          ),
          row('role', directory.roles[member.role]),
          row('dingtalkUserId', member.dingtalkUserId && <Typography.Text copyable>{member.dingtalkUserId}</Typography.Text>),
          row('createdAt', moment(member.createdAt)),
          row('updatedAt', moment(member.updatedAt)),
        ]}
      />
      <Button style={{ alignSelf: 'start' }} onClick={() => setEditing(true)}>
        {directory.member.edit}
      </Button>
      <EditMember tenantId={tenantId} member={member} open={editing} onClose={() => setEditing(false)} />
    </Flex>
  );
}

function Places({ member, branches }: { member: Member; branches: Branches }) {
  const { directory } = useTexts();
  if (member.departments.length === 0) return <Typography.Text type="secondary">–</Typography.Text>;
  return (
    <Flex vertical gap={4}>
      {member.departments.map(({ id, leader }) => (
        <Flex key={id} gap={8} align="center" wrap>
          <span>{branches.path(id).map(({ name }) => name).join(' / ') || id}</span>
          {leader && <Tag color="gold">{directory.leader}</Tag>}
        </Flex>
      ))}
    </Flex>
  );
}

/** Says that a field is kept here, and offers to give it back. */
function Pinned({ tenantId, member, field, name }: { tenantId: number; member: Member; field: string; name: string }) {
  const { directory } = useTexts();
  const confirm = useConfirm();
  const changed = useMemberChanged(tenantId, member.id);
  const texts = directory.member;
  return (
    <>
      <Tooltip title={texts.pinnedHint}>
        <Tag color="blue">{texts.pinned}</Tag>
      </Tooltip>
      <Button
        size="small"
        type="link"
        aria-label={`${texts.handBack} ${name}`}
        onClick={() =>
          confirm({
            title: texts.handBackTitle(name),
            consequence: texts.handBackResult,
            action: texts.handBack,
            done: texts.handedBack,
            run: () => handBackFields(tenantId, member.id, [field]).then(changed),
          })
        }
      >
        {texts.handBack}
      </Button>
    </>
  );
}
