import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Flex, Select } from 'antd';
import { useState } from 'react';
import { listMembers, makeAdministrator } from '../../api';
import { useTexts } from '../../i18n';
import { useConfirm } from '../../shared/useConfirm';
import { useDelayed } from '../../shared/useDelayed';
import { membersKey } from '../directory/keys';
import { administratorsKey } from './Administrators';

interface Chosen {
  value: string;
  label: string;
}

/** Finds a person of a tenant and gives the administration. */
export function AddAdministrator({ tenantId, peopleOf }: { tenantId: number | undefined; peopleOf: number }) {
  const { administrators, messages } = useTexts();
  const queries = useQueryClient();
  const confirm = useConfirm();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const query = { q: useDelayed(typed.trim()), status: 'active' as const };
  const found = useQuery({
    queryKey: [...membersKey(peopleOf), 'pick', query],
    queryFn: () => listMembers(peopleOf, query),
    enabled: query.q !== '',
  });
  const options = (found.data?.items ?? []).map(({ accountId, name, jobNumber, mobile }) => ({
    value: accountId,
    label: [name, jobNumber ?? mobile].filter(Boolean).join(' '),
  }));
  const give = ({ value, label }: Chosen) =>
    confirm({
      title: administrators.giveTitle(label),
      consequence: tenantId === undefined ? administrators.givePlatformResult : administrators.giveResult,
      action: administrators.give,
      done: administrators.given(label),
      run: async () => {
        await makeAdministrator(tenantId, value);
        setChosen(null);
        await queries.invalidateQueries({ queryKey: administratorsKey(tenantId) });
      },
    });
  return (
    <Flex gap={8} align="flex-start" wrap>
      <Select<Chosen, Chosen>
        labelInValue
        allowClear
        aria-label={administrators.person}
        placeholder={administrators.person}
        style={{ width: 320, maxWidth: '100%' }}
        showSearch={{ filterOption: false, onSearch: setTyped }}
        notFoundContent={query.q === '' ? messages.audience.type : messages.audience.nobody}
        loading={found.isFetching}
        options={options}
        value={chosen}
        onChange={(value) => setChosen(value)}
      />
      <Button disabled={chosen === null} onClick={() => chosen && give(chosen)}>
        {administrators.give}
      </Button>
    </Flex>
  );
}
