import { useQueries, useQuery } from '@tanstack/react-query';
import { Flex, Spin, TreeSelect } from 'antd';
import { useState } from 'react';
import { getLiveDepartment, listLiveDepartments, type LiveDepartment } from '../../api';
import { useTexts } from '../../i18n';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { useDepartments } from '../directory/useDepartments';

/** What antd's tree calls the place above its tops. */
const TOP = '0';
/** How many departments DingTalk is asked for by number; as many as are shown. */
const MOST_ASKED = 30;

interface Props {
  id: string;
  tenantId: number;
  /** DingTalk's ids. */
  value: string[];
  onChange: (departments: string[]) => void;
}

interface Node {
  value: string;
  id: string;
  pId: string;
  title: string;
  isLeaf?: boolean;
}

/** Departments out of DingTalk's own tree; each level is fetched when it is opened. */
export function DepartmentPicker({ id, tenantId, value, onChange }: Props) {
  const { scope } = useTexts().dingtalk;
  const [below, setBelow] = useState<Node[]>([]);
  const [failure, setFailure] = useState<Error | null>(null);
  const tops = useQuery({
    queryKey: ['liveDepartments', tenantId],
    queryFn: () => listLiveDepartments(tenantId),
    staleTime: 60_000,
  });
  const known = [...(tops.data?.items.map((department) => node(department, TOP)) ?? []), ...below];
  // What was chosen before may lie deeper than what has been opened. If it was brought in, its name is known here; what
  // is left out, DingTalk is asked for.
  const { data: branches, isPending } = useDepartments(tenantId);
  const strange = value.filter((dept) => !isPending && branches?.fromDingTalk(dept) === undefined).slice(0, MOST_ASKED);
  const asked = useQueries({
    queries: strange.map((dept) => ({
      queryKey: ['liveDepartments', tenantId, 'one', dept],
      queryFn: () => getLiveDepartment(tenantId, dept),
      staleTime: 60_000,
    })),
    combine: (answers) => new Map(answers.map(({ data }, index) => [strange[index], data])),
  });
  const nameOf = (dept: string) => {
    const local = branches?.fromDingTalk(dept);
    const path = local === undefined ? [] : (branches?.path(local.id).slice(1) ?? []);
    const live = asked.get(dept);
    if (live === null) return scope.gone(dept);
    return path.map(({ name }) => name).join(' / ') || (local?.name ?? live?.name ?? scope.byNumber(dept));
  };
  const unknown = value.filter((dept) => !known.some((one) => one.value === dept));
  const load = async (parent: string) => {
    try {
      const { items } = await listLiveDepartments(tenantId, parent);
      setFailure(null);
      setBelow((before) => {
        const kept = before.filter(({ pId, id: known }) => pId !== parent && known !== parent);
        const opened = before.filter(({ id: known }) => known === parent);
        return [...kept, ...opened, ...items.map((department) => node(department, parent))];
      });
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return (
    <Flex vertical gap={8}>
      <TreeSelect<string[]>
        id={id}
        multiple
        treeDataSimpleMode={{ rootPId: TOP }}
        showSearch={{ treeNodeFilterProp: 'title' }}
        maxTagCount={MOST_ASKED}
        style={{ width: '100%', maxWidth: 640 }}
        placeholder={scope.placeholder}
        suffix={tops.isFetching && <Spin size="small" />}
        value={value}
        onChange={onChange}
        treeData={[...known, ...unknown.map((dept) => ({ value: dept, id: dept, pId: TOP, title: nameOf(dept), isLeaf: true }))]}
        loadData={(opened) => load(String(opened.value))}
      />
      <ProblemAlert error={tops.error ?? failure} onRetry={() => void tops.refetch()} />
    </Flex>
  );
}

function node({ deptId, name }: LiveDepartment, parent: string): Node {
  return { value: deptId, id: deptId, pId: parent, title: name };
}
