import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { SyncRun } from '../../api';
import { isGoing, isUnchanged, percent } from './run';
import { SyncResult } from './SyncResult';

const run: SyncRun = {
  id: 'run',
  tenantId: 1000,
  mode: 'apply',
  applied: true,
  trigger: 'manual',
  createdAt: '2026-01-01T00:00:00Z',
  departmentsFound: 3,
  guard: [],
  warnings: [],
  status: 'succeeded',
  phase: 'finished',
  calls: { '/topapi/v2/user/list': 12, '/topapi/v2/department/listsub': 3 },
  counts: {
    departmentsRead: 3,
    membersRead: 1200,
    departmentsCreated: 0,
    departmentsUpdated: 0,
    departmentsRemoved: 0,
    membersCreated: 0,
    membersJoined: 0,
    membersUpdated: 0,
    membersDisabled: 0,
    membersRestored: 0,
    conflicts: 0,
    skipped: 0,
  },
};

describe('a run', () => {
  it('shows what was read, and of the changes only those that happened', () => {
    render(<SyncResult run={{ ...run, counts: { ...run.counts, membersCreated: 7 } }} />);
    expect(screen.getByText('读取人员').nextSibling?.textContent).toBe('1,200');
    expect(screen.getByText('新账号').nextSibling?.textContent).toBe('7');
    expect(screen.queryByText('加入租户')).toBeNull();
    expect(screen.getByText('同步完成：新建 7 个账号。')).toBeTruthy();
    expect(screen.getByText('调用钉钉接口 15 次')).toBeTruthy();
  });

  it('says that nothing changed, though a conflict still waits', () => {
    render(<SyncResult run={{ ...run, counts: { ...run.counts, conflicts: 2 } }} />);
    expect(screen.getByText('同步完成，没有变化。另有 2 个冲突待处理。')).toBeTruthy();
    expect(isUnchanged({ ...run, status: 'failed' })).toBe(false);
  });

  it('tells why it failed and what to do', () => {
    const error = { code: 'ipNotAllowed', detail: '出口 IP 不在白名单', remedy: '请添加 1.2.3.4' };
    render(<SyncResult run={{ ...run, status: 'failed', error }} />);
    expect(screen.getByText('同步失败，没有做任何更改。出口 IP 不在白名单')).toBeTruthy();
    expect(screen.getByText('请添加 1.2.3.4')).toBeTruthy();
  });

  it('goes on while it is queued or running, and at no other time', () => {
    const going = (['queued', 'running', 'awaitingApproval', 'succeeded', 'failed'] as const).filter((status) =>
      isGoing({ ...run, status }),
    );
    expect(going).toEqual(['queued', 'running']);
    expect(isGoing(undefined)).toBe(false);
  });

  it('advances with the departments that were read', () => {
    const reading = { ...run, phase: 'reading', departmentsFound: 6 };
    expect(percent({ ...reading, departmentsFound: 0, counts: { ...run.counts, departmentsRead: 0 } })).toBe(5);
    expect(percent(reading)).toBe(42.5);
    expect(percent(run)).toBe(100);
  });

  it('tells how long it will go on, a long time in minutes', () => {
    render(<SyncResult run={{ ...run, status: 'running', phase: 'reading', etaSeconds: 754 }} />);
    expect(screen.getByText('约剩 12分钟 34秒')).toBeTruthy();
  });

  it('lists why it waits for approval', () => {
    render(<SyncResult run={{ ...run, status: 'awaitingApproval', guard: ['将移除 40 人'] }} />);
    expect(screen.getByText('将移除 40 人')).toBeTruthy();
  });
});
