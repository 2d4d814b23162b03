import { useQueries, useQuery, keepPreviousData } from '@tanstack/react-query';
import { TreeSelect } from 'antd';
import { useState } from 'react';
import { listDepartmentPlaces } from '../../api';
import { useTexts } from '../../i18n';
import { useDelayed } from '../../shared/useDelayed';
import { departmentsKey } from '../directory/keys';
import { foundOf, levelOf, pathOf } from './places';

interface Props {
  tenantId: number;
  value: string[];
  onChange: (departmentIds: string[]) => void;
}

/** Chooses departments. Each level is loaded when it is opened, and the server searches; what is chosen shows its path. */
export function DepartmentField({ tenantId, value, onChange }: Props) {
  const { audience } = useTexts().messages;
  const [opened, setOpened] = useState<string[]>([]);
  const [typed, setTyped] = useState('');
  const q = useDelayed(typed.trim());
  const key = [...departmentsKey(tenantId), 'places'];
  const levels = useQueries({
    queries: [undefined, ...opened].map((parentId) => ({
      queryKey: [...key, 'below', parentId],
      queryFn: () => listDepartmentPlaces(tenantId, parentId === undefined ? {} : { parentId }),
      staleTime: 30_000,
    })),
  });
  const found = useQuery({
    queryKey: [...key, 'named', q],
    queryFn: () => listDepartmentPlaces(tenantId, { q }),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  });
  const chosen = useDepartmentPlaces(tenantId, value);
  const tree = levels.flatMap(({ data }, index) => levelOf(data?.items ?? [], index === 0 ? undefined : opened[index - 1]));
  const paths = new Map((chosen.data?.items ?? []).map((place) => [place.id, pathOf(place)]));
  return (
    <TreeSelect<{ value: string; label: string }[]>
      multiple
      allowClear
      labelInValue
      treeDataSimpleMode
      treeNodeLabelProp="path"
      aria-label={audience.departments}
      placeholder={audience.findDepartment}
      notFoundContent={audience.noDepartment}
      showSearch={{ searchValue: typed, onSearch: setTyped, filterTreeNode: false, autoClearSearchValue: true }}
      loading={levels.some(({ isPending }) => isPending) || found.isFetching}
      treeData={q === '' ? tree : foundOf(found.data?.items ?? [])}
      treeExpandedKeys={opened}
      onTreeExpand={(keys) => setOpened(keys.map(String))}
      value={value.map((id) => ({ value: id, label: paths.get(id) ?? audience.loadingName }))}
      onChange={(places) => onChange(places.map((place) => place.value))}
    />
  );
}

/** The places of departments whose ids are known. */
export function useDepartmentPlaces(tenantId: number, ids: string[]) {
  return useQuery({
    queryKey: [...departmentsKey(tenantId), 'places', 'these', ids],
    queryFn: () => listDepartmentPlaces(tenantId, { id: ids }),
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}
