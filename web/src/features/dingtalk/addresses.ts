/** The addresses that DingTalk must know of, as somebody would type them who uses this page now. */
export interface TenantAddresses {
  /** The home page for phones and for the PC: the employees' portal. */
  portal: string;
  /** Where DingTalk sends people back after they were recognised. */
  redirect: string;
  /** Where DingTalk pushes its events, when they come by HTTP. */
  callback: string;
}

export function addressesOf(tenantId: number, origin = window.location.origin): TenantAddresses {
  return {
    portal: `${origin}/tenantId/${tenantId}`,
    redirect: `${origin}/tenantId/${tenantId}`,
    callback: `${origin}/dingtalk/callback/${tenantId}`,
  };
}
