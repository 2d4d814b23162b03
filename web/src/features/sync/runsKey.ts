/** Where the answers about a tenant's runs are kept. */
export const runsKey = (tenantId: number) => ['syncRuns', tenantId] as const;
export const runKey = (tenantId: number, runId: string) => ['syncRuns', tenantId, runId] as const;
