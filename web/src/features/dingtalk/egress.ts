import type { DoctorCheck } from '../../api';

// The sentence holds no other address; DingTalk names the one it saw as it is, IPv4 or IPv6.
const ADDRESS = /(?:\d{1,3}\.){3}\d{1,3}|(?:[0-9a-f]{1,4}:|::)(?:[0-9a-f]{0,4}:){1,6}[0-9a-f]{0,4}/i;

/** The address that DingTalk saw this server call from, where it told: only when it refused the call. */
export function egressAddress(check: DoctorCheck | undefined): string | undefined {
  if (check?.id !== 'egressIp' || check.status !== 'error') return undefined;
  return ADDRESS.exec(check.evidence)?.[0];
}
