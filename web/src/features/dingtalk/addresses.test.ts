import { expect, it } from 'vitest';
import type { Tenant } from '../../api';
import { addressesOf, serverOf } from './addresses';

const HERE = 'http://10.0.0.7:3100';
const unknown = { id: 1000 } as Tenant;
const told = {
  id: 1000,
  addresses: { homepage: 'https://a.example/m/tenantId/1000', redirect: 'https://a.example/m/tenantId/1000', push: 'https://a.example/m/dingtalk/callback/1000' },
} as Tenant;

it('takes the addresses from the server, and from the browser only when the server does not know them', () => {
  expect(addressesOf(told, HERE)).toMatchObject({ portal: 'https://a.example/m/tenantId/1000', isGuessed: false });
  expect(addressesOf(unknown, HERE)).toEqual({
    portal: `${HERE}/tenantId/1000`,
    redirect: `${HERE}/tenantId/1000`,
    callback: `${HERE}/dingtalk/callback/1000`,
    isGuessed: true,
  });
});

it('hands people links to where the server is', () => {
  expect(serverOf(told, HERE)).toBe('https://a.example/m');
  expect(serverOf(unknown, HERE)).toBe(HERE);
});
