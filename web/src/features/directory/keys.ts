/** Where a tenant's directory stands among what was loaded. */
export const departmentsKey = (tenantId: number) => ['departments', tenantId] as const;
export const membersKey = (tenantId: number) => ['members', tenantId] as const;
export const memberKey = (tenantId: number, memberId: string) => ['member', tenantId, memberId] as const;
