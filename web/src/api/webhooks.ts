/** Webhooks: what other programs are told, and whether they heard it. */
import { answer, client } from './client';
import type { NewWebhook, WebhookChange } from './model';

export const listWebhooks = (tenantId: number) => answer(client.GET('/tenants/{tenantId}/webhooks', { params: { path: { tenantId } } }));

/** The only answer that holds the secret. */
export const createWebhook = (tenantId: number, body: NewWebhook) =>
  answer(client.POST('/tenants/{tenantId}/webhooks', { params: { path: { tenantId } }, body }));

export const changeWebhook = (tenantId: number, webhookId: string, body: WebhookChange) =>
  answer(client.PATCH('/tenants/{tenantId}/webhooks/{webhookId}', { params: { path: { tenantId, webhookId } }, body }));

export const deleteWebhook = (tenantId: number, webhookId: string) =>
  answer(client.DELETE('/tenants/{tenantId}/webhooks/{webhookId}', { params: { path: { tenantId, webhookId } } }));

/** Sends a test that means nothing. */
export const pingWebhook = (tenantId: number, webhookId: string) =>
  answer(client.POST('/tenants/{tenantId}/webhooks/{webhookId}/ping', { params: { path: { tenantId, webhookId } } }));

export const listWebhookDeliveries = (tenantId: number, webhookId: string, cursor?: string) =>
  answer(
    client.GET('/tenants/{tenantId}/webhooks/{webhookId}/deliveries', {
      params: { path: { tenantId, webhookId }, query: { limit: 20, ...(cursor && { cursor }) } },
    }),
  );

/** The same once more, under the same id. */
export const replayWebhookDelivery = (tenantId: number, webhookId: string, deliveryId: string) =>
  answer(
    client.POST('/tenants/{tenantId}/webhooks/{webhookId}/deliveries/{deliveryId}/replay', {
      params: { path: { tenantId, webhookId, deliveryId } },
    }),
  );
