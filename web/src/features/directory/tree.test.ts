import { expect, it } from 'vitest';
import type { Department } from '../../api';
import { Branches } from './tree';

const department = (id: string, parentId?: string): Department => ({
  id,
  ...(parentId !== undefined && { parentId }),
  name: `部门 ${id}`,
  order: 0,
  memberCount: 0,
  totalMemberCount: 0,
  managers: [],
});
const ids = (departments: Department[]) => departments.map(({ id }) => id);

it('knows what is above and below each department, whatever the order they come in', () => {
  const branches = new Branches([department('c', 'b'), department('b', 'a'), department('a'), department('lost', 'gone')]);
  expect(ids(branches.roots)).toEqual(['a', 'lost']);
  expect(ids(branches.children('a'))).toEqual(['b']);
  expect(ids(branches.path('c'))).toEqual(['a', 'b', 'c']);
  expect(branches.get('nobody')).toBeUndefined();
});

it('finds departments by name together with the way to them', () => {
  const { found, shown } = new Branches([department('a'), department('b', 'a'), department('c', 'a')]).matching(' 部门 B ');
  expect([...found]).toEqual(['b']);
  expect([...shown].sort()).toEqual(['a', 'b']);
});

it('ends when departments stand in a circle', () => {
  const branches = new Branches([department('a', 'b'), department('b', 'a')]);
  expect(branches.path('a').length).toBeLessThanOrEqual(2);
});
