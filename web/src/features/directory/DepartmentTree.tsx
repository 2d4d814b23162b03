import { Empty, Flex, Input, Tree, Typography, type TreeDataNode } from 'antd';
import { useMemo, useState } from 'react';
import type { Department } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import styles from './directory.module.css';
import type { Branches } from './tree';

/** In pixels; what is beyond it is made when it is scrolled to. */
const HEIGHT = 560;

interface Props {
  branches: Branches;
  /** A department's id; nothing for everybody. */
  selected: string | undefined;
  onSelect: (id: string | undefined) => void;
}

/** The departments with how many people are in and below each. Only the branches that are open are built. */
export function DepartmentTree({ branches, selected, onSelect }: Props) {
  const { directory } = useTexts();
  const { number } = useFormats();
  const [wanted, setWanted] = useState('');
  const [opened, setOpened] = useState<string[] | null>(null);
  const search = useMemo(() => (wanted.trim() ? branches.matching(wanted) : null), [branches, wanted]);
  const first = [...branches.roots.map(({ id }) => id), ...(selected ? branches.path(selected).map(({ id }) => id) : [])];
  const open = search ? [...search.shown] : (opened ?? first);
  const isOpen = new Set(open);
  const isShown = ({ id }: Department) => !search || search.shown.has(id);
  const node = (department: Department): TreeDataNode => {
    const { id, name, totalMemberCount } = department;
    const children = branches.children(id).filter(isShown);
    return {
      key: id,
      title: <Name name={name} count={number(totalMemberCount)} isFound={search?.found.has(id) ?? false} />,
      isLeaf: children.length === 0,
      // Below a closed branch one child is enough to know that there is something.
      children: isOpen.has(id) ? children.map(node) : children.slice(0, 1).map((child) => ({ key: child.id })),
    };
  };
  if (branches.roots.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={directory.noDepartments} />;
  return (
    <Flex vertical gap={12}>
      <Input.Search
        allowClear
        aria-label={directory.findDepartment}
        placeholder={directory.findDepartment}
        onChange={({ target }) => setWanted(target.value)}
      />
      <button type="button" className={styles.everybody} aria-pressed={selected === undefined} onClick={() => onSelect(undefined)}>
        {directory.everybody}
      </button>
      <Tree
        aria-label={directory.departments}
        blockNode
        height={HEIGHT}
        treeData={branches.roots.filter(isShown).map(node)}
        expandedKeys={open}
        selectedKeys={selected ? [selected] : []}
        onExpand={(keys) => setOpened(keys.map(String))}
        onSelect={(keys) => onSelect(keys[0] === undefined ? undefined : String(keys[0]))}
      />
    </Flex>
  );
}

function Name({ name, count, isFound }: { name: string; count: string; isFound: boolean }) {
  return (
    <span className={styles.department}>
      <Typography.Text strong={isFound} ellipsis={{ tooltip: name }}>
        {name}
      </Typography.Text>
      <span className={styles.count}>{count}</span>
    </span>
  );
}
