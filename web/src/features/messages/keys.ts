/** Where a tenant's messages stand among what was loaded. */
export const messagesKey = (tenantId: number) => ['messages', tenantId] as const;
export const usageKey = (tenantId: number) => [...messagesKey(tenantId), 'usage'] as const;
export const messageKey = (tenantId: number, messageId: string) => [...messagesKey(tenantId), 'one', messageId] as const;
/** The people of a message; they move with it. */
export const recipientsKey = (tenantId: number, messageId: string) => [...messageKey(tenantId, messageId), 'recipients'] as const;
