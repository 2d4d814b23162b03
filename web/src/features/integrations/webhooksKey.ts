/** Where a tenant's webhooks stand among what was loaded. */
export const webhooksKey = (tenantId: number) => ['webhooks', tenantId] as const;
