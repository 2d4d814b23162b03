import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { en } from '../../i18n/en';
import { zhCN } from '../../i18n/zh-CN';
import { actionInWords, detailInWords } from './words';

const services = join(import.meta.dirname, '../../../../src/service');

it('fields and their values are told in words of both languages', () => {
  const changed = { action: 'tenant.change', detail: 'status: active → disabled\nhouseNumber: (old) → (new)\nschedule: off → dailyAt 02:30 Asia/Shanghai' };
  expect(detailInWords(changed, zhCN)).toEqual(['状态：使用中 → 已停用', '门牌号：已更换', '自动进行：不自动进行 → 每天 02:30（Asia/Shanghai）']);
  expect(detailInWords(changed, en)).toEqual(['Status: In use → Disabled', 'House number: changed', 'By itself: never → daily at 02:30 (Asia/Shanghai)']);
  const person = { action: 'member.change', detail: 'status: active → disabled\ntitle.pinned: false → true' };
  expect(detailInWords(person, zhCN)).toEqual(['状态：在职 → 已停用', '职位（本地保留）：否 → 是']);
  expect(detailInWords({ action: 'dingtalk.configure', detail: 'corpId:  → ding1\nagentId:  → 7' }, zhCN)).toEqual(['CorpId：无 → ding1', 'AgentId：无 → 7']);
});

it('what somebody typed and what is unknown stays as it is', () => {
  expect(detailInWords({ action: 'tenant.create', detail: 'name: true' }, zhCN)).toEqual(['名称：true']);
  expect(detailInWords({ action: 'conflict.resolve', detail: 'reason: active: yes' }, zhCN)).toEqual(['原因：active: yes']);
  expect(detailInWords({ action: 'x.y', detail: 'colour: red\nno field' }, zhCN)).toEqual(['colour: red', 'no field']);
  expect(detailInWords({ action: 'x.y', detail: 'constructor: 1' }, zhCN)).toEqual(['constructor: 1']);
  expect(actionInWords('toString', zhCN)).toBeUndefined();
});

it('every action that the server writes down has words', () => {
  const records = /Record::\w+\([^;]*?"([a-z]\w*\.[a-zA-Z]+)"/g;
  const files = readdirSync(services, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.rs') && !name.includes('tests'));
  const written = files.flatMap((file) => [...readFileSync(join(services, file), 'utf8').matchAll(records)].map(([, action]) => action ?? ''));
  expect(written.length).toBeGreaterThan(40);
  expect(written.filter((action) => actionInWords(action, zhCN) === undefined)).toEqual([]);
});
