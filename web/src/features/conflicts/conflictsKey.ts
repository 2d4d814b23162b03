/** Where the answers about a tenant's conflicts are kept. */
export const conflictsKey = (tenantId: number) => ['conflicts', tenantId] as const;
