/** Where a tenant's DingTalk application stands among what was loaded. */
export const dingTalkKey = (tenantId: number) => ['dingtalk', tenantId] as const;
