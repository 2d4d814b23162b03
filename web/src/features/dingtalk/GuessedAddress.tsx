import { Alert } from 'antd';
import type { Tenant } from '../../api';
import { useTexts } from '../../i18n';
import { addressesOf } from './addresses';

/** Says that the addresses were taken from the address bar, and how to make them certain; nothing when they are. */
export function GuessedAddress({ tenant }: { tenant: Tenant }) {
  const { addresses } = useTexts().dingtalk;
  if (!addressesOf(tenant).isGuessed) return null;
  const { hostname, origin } = window.location;
  return isLocal(hostname) ? (
    <Alert type="warning" showIcon title={addresses.local} />
  ) : (
    <Alert type="info" showIcon title={addresses.guessed(origin)} />
  );
}

/** Whether only this machine can open what stands in the address bar. */
function isLocal(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}
