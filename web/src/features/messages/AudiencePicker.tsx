import { useQuery } from '@tanstack/react-query';
import { Flex, Form, Radio, Select, Typography } from 'antd';
import { useState } from 'react';
import { listMembers, type MessageAudience } from '../../api';
import { useTexts } from '../../i18n';
import { useDelayed } from '../../shared/useDelayed';
import { membersKey } from '../directory/keys';
import { DepartmentField } from './DepartmentField';

interface Props {
  tenantId: number;
  value: MessageAudience;
  onChange: (audience: MessageAudience) => void;
}

/** For whom: everybody, or departments with what is below them, and people. */
export function AudiencePicker({ tenantId, value, onChange }: Props) {
  const { audience } = useTexts().messages;
  const isEveryone = value.everyone === true;
  return (
    <Form component={false} layout="vertical">
      <Form.Item>
        <Radio.Group
          aria-label={audience.who}
          value={isEveryone ? 'everyone' : 'chosen'}
          options={[
            { value: 'chosen', label: audience.chosen },
            { value: 'everyone', label: audience.everyone },
          ]}
          onChange={({ target }) => onChange(target.value === 'everyone' ? { everyone: true } : {})}
        />
      </Form.Item>
      {isEveryone && (
        <Typography.Paragraph type="secondary">{audience.everyoneHint}</Typography.Paragraph>
      )}
      {!isEveryone && (
        <Flex vertical>
          <Form.Item label={audience.departments} extra={audience.departmentsHint}>
            <DepartmentField
              tenantId={tenantId}
              value={value.departmentIds ?? []}
              onChange={(departmentIds) => onChange({ ...value, departmentIds })}
            />
          </Form.Item>
          <People
            label={audience.people}
            tenantId={tenantId}
            value={value.memberIds ?? []}
            onChange={(memberIds) => onChange({ ...value, memberIds })}
          />
        </Flex>
      )}
      <People
        label={audience.exclude}
        tenantId={tenantId}
        value={value.exclude?.memberIds ?? []}
        onChange={(memberIds) => onChange({ ...value, exclude: { memberIds } })}
      />
    </Form>
  );
}

/** Finds people while somebody types, and remembers the names of those who were chosen. */
function People({ label, tenantId, value, onChange }: { label: string; tenantId: number; value: string[]; onChange: (ids: string[]) => void }) {
  const { audience } = useTexts().messages;
  const [typed, setTyped] = useState('');
  const [names, setNames] = useState(new Map<string, string>());
  const q = useDelayed(typed.trim());
  const query = { q, status: 'active' as const };
  const found = useQuery({
    queryKey: [...membersKey(tenantId), 'pick', query],
    queryFn: () => listMembers(tenantId, query),
    enabled: q !== '',
    placeholderData: (before) => before,
  });
  const options = (q === '' ? [] : (found.data?.items ?? [])).map(({ id, name, mobile, jobNumber }) => ({
    value: id,
    label: [name, jobNumber ?? mobile].filter(Boolean).join(' '),
  }));
  const chosen = value.filter((id) => !options.some((option) => option.value === id)).map((id) => ({ value: id, label: names.get(id) ?? id }));
  return (
    <Form.Item label={label}>
      <Select
        mode="multiple"
        allowClear
        aria-label={label}
        placeholder={audience.peopleHint}
        showSearch={{ filterOption: false, onSearch: setTyped }}
        notFoundContent={q === '' ? audience.type : audience.nobody}
        loading={found.isFetching}
        options={[...options, ...(q === '' ? chosen : [])]}
        value={value.map((id) => ({ value: id, label: names.get(id) ?? id }))}
        labelInValue
        onChange={(people: { value: string; label?: string }[]) => {
          setNames((before) => new Map([...before, ...people.map(({ value, label }) => [value, label ?? value] as const)]));
          onChange(people.map(({ value }) => value));
        }}
      />
    </Form.Item>
  );
}
