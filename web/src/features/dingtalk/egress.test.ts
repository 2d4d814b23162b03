import { expect, it } from 'vitest';
import type { DoctorCheck } from '../../api';
import { egressAddress } from './egress';

const check = (evidence: string, more: Partial<DoctorCheck> = {}): DoctorCheck => ({ id: 'egressIp', title: '', status: 'error', remedy: '', evidence, ...more });

it('finds the address that DingTalk refused', () => {
  expect(egressAddress(check('钉钉看到的出口 IP 为 203.0.113.9，不在白名单中'))).toBe('203.0.113.9');
  expect(egressAddress(check('DingTalk saw the call come from 2001:db8::17, which is not allowed'))).toBe('2001:db8::17');
});

it('finds none where none was told', () => {
  expect(egressAddress(check('the network failed at 22:41'))).toBeUndefined();
  expect(egressAddress(check('203.0.113.9', { status: 'ok' }))).toBeUndefined();
  expect(egressAddress(check('203.0.113.9', { id: 'clock' }))).toBeUndefined();
  expect(egressAddress(undefined)).toBeUndefined();
});
