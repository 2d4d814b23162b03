/** Messages, and what became of them at each person. */
import { answer, client } from './client';
import { follow, type Watcher } from './follow';
import type { DeliveryState, Message, MessageQuery, MessageSettings, NewMessage } from './model';

/** A second call with the same key is the same message, so that a broken line sends nothing twice. */
export const sendMessage = (tenantId: number, body: NewMessage, idempotencyKey: string) =>
  answer(
    client.POST('/tenants/{tenantId}/messages', {
      params: { path: { tenantId }, header: { 'Idempotency-Key': idempotencyKey } },
      body,
    }),
  );

/** The newest first. */
export const listMessages = (tenantId: number, query: MessageQuery) =>
  answer(client.GET('/tenants/{tenantId}/messages', { params: { path: { tenantId }, query } })) as Promise<{ items: Message[]; nextCursor?: string }>;

/** What would come of a message: whom it reaches, what it costs, what to know before. Sends nothing. */
export const previewMessage = (tenantId: number, body: NewMessage) =>
  answer(client.POST('/tenants/{tenantId}/messages/preview', { params: { path: { tenantId } }, body }));

export const getMessage = (tenantId: number, messageId: string) =>
  answer(client.GET('/tenants/{tenantId}/messages/{messageId}', { params: { path: { tenantId, messageId } } })) as Promise<Message>;

export const listRecipients = (tenantId: number, messageId: string, state?: DeliveryState, cursor?: string) =>
  answer(
    client.GET('/tenants/{tenantId}/messages/{messageId}/recipients', {
      params: { path: { tenantId, messageId }, query: { limit: 50, ...(state && { state }), ...(cursor && { cursor }) } },
    }),
  );

/** DingTalk takes back what it delivered within a day; says which of its tasks it did, and which it refused. */
export const recallMessage = (tenantId: number, messageId: string) =>
  answer(client.POST('/tenants/{tenantId}/messages/{messageId}/recall', { params: { path: { tenantId, messageId } } }));

/** Once more to those whom it did not reach. */
export const resendMessage = (tenantId: number, messageId: string) =>
  answer(client.POST('/tenants/{tenantId}/messages/{messageId}/resend', { params: { path: { tenantId, messageId } } }));

/** Stops what is still queued; what was sent stays sent. */
export const cancelMessage = (tenantId: number, messageId: string) =>
  answer(client.POST('/tenants/{tenantId}/messages/{messageId}/cancel', { params: { path: { tenantId, messageId } } }));

/** What became of it at each person, as a file. */
export const exportRecipients = (tenantId: number, messageId: string, state?: DeliveryState) =>
  answer(
    client.GET('/tenants/{tenantId}/messages/{messageId}/recipients.csv', {
      params: { path: { tenantId, messageId }, query: { ...(state && { state }) } },
      parseAs: 'blob',
    }),
  );

/** Follows a message until nothing about it changes any more; without its calls. Gives back what ends it earlier. */
export const followMessage = (tenantId: number, messageId: string, watcher: Watcher<Message>) =>
  follow(`/tenants/${tenantId}/messages/${messageId}/events`, watcher);

export const getMessageSettings = (tenantId: number) =>
  answer(client.GET('/tenants/{tenantId}/messageSettings', { params: { path: { tenantId } } }));

export const changeMessageSettings = (tenantId: number, body: MessageSettings) =>
  answer(client.PATCH('/tenants/{tenantId}/messageSettings', { params: { path: { tenantId } }, body }));

/** Sends on in a month that DingTalk called used up. */
export const resumeDingTalkUsage = (tenantId: number) =>
  answer(client.POST('/tenants/{tenantId}/dingtalk/usage/resume', { params: { path: { tenantId } } }));

/** How many of the month's calls are used. */
export const getDingTalkUsage = (tenantId: number) =>
  answer(client.GET('/tenants/{tenantId}/dingtalk/usage', { params: { path: { tenantId } } }));
