import type { Tenant } from '../../api';

/** The addresses that DingTalk must know of. */
export interface Addresses {
  /** The home page for phones and for the PC: the employees' portal. */
  portal: string;
  /** Where DingTalk sends people back after they were recognised. */
  redirect: string;
  /** Where DingTalk pushes its events, when they come by HTTP. */
  callback: string;
  /** Whether the server does not know its own address, so that these are as somebody would type them who is here now. */
  isGuessed: boolean;
}

export function addressesOf({ id, addresses }: Tenant, origin = window.location.origin): Addresses {
  if (addresses) return { portal: addresses.homepage, redirect: addresses.redirect, callback: addresses.push, isGuessed: false };
  const portal = `${origin}/tenantId/${id}`;
  return { portal, redirect: portal, callback: `${origin}/dingtalk/callback/${id}`, isGuessed: true };
}

/** Where this server is, for links that are handed to people. */
export function serverOf(tenant: Tenant, origin = window.location.origin): string {
  const { portal, isGuessed } = addressesOf(tenant, origin);
  return isGuessed ? origin : portal.slice(0, -`/tenantId/${tenant.id}`.length);
}
