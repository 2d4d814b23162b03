/** Where the answers about a tenant's DingTalk application are kept. */
export const dingTalkKey = (tenantId: number) => ['dingtalk', tenantId] as const;
export const doctorKey = (tenantId: number) => ['doctor', tenantId] as const;
export const eventsKey = (tenantId: number) => ['dingtalkEvents', tenantId] as const;
