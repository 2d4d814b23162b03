// A message from the first letter to the last person who read it.
import { expectAccessible } from './support/accessibility.ts';
import type { Appliance } from './support/appliance.ts';
import { expect, LANGUAGES, test } from './support/test.ts';

for (const language of LANGUAGES) {
  test.describe(language, () => {
    test.use({ language });

    test('a message is written, priced, sent, followed and recalled', async ({ page, appliance, texts, signIn }) => {
      const { messages } = texts;
      const { tenantId } = await appliance.tenant(`messages ${language}`, 12);
      await appliance.synchronise(tenantId);
      await signIn();
      await page.goto(`/tenants/${tenantId}/messages`);
      await expect(page.getByText(messages.empty)).toBeVisible();
      await expectAccessible(page);
      await page.getByRole('button', { name: messages.compose.title }).click();
      await expect(page.getByRole('button', { name: messages.compose.send, exact: true })).toBeDisabled();
      await page.getByText(messages.types.markdown, { exact: true }).click();
      await page.getByLabel(messages.fields.title, { exact: true }).fill('Fire drill');
      await page.getByLabel(messages.fields.markdown, { exact: true }).fill('## Friday\n**10:00**, please leave the building');
      await page.getByRole('radio', { name: messages.audience.everyone }).check();
      await expect(page.getByText(messages.cost.recipients('12'))).toBeVisible();
      await expectAccessible(page);
      await page.getByRole('button', { name: messages.compose.send, exact: true }).click();

      await expect(page.getByRole('heading', { level: 1, name: 'Fire drill' })).toBeVisible();
      await expect(page.getByRole('table', { name: messages.columns.recipients }).getByRole('row')).toHaveCount(13);
      await expectAccessible(page);
      await page.getByRole('button', { name: messages.acts.recall, exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: messages.acts.recall, exact: true }).click();
      await expect(page.getByText(messages.statuses.recalled, { exact: true }).first()).toBeVisible();
      await page.goto(`/tenants/${tenantId}/messages`);
      await expect(page.getByRole('link', { name: 'Fire drill' })).toBeVisible();
    });

    test('a message is followed until everybody has read it', async ({ page, appliance, texts, signIn }) => {
      const { messages } = texts;
      const { tenantId, id } = await onItsWay(appliance, `followed ${language}`, 6);
      await signIn();
      await page.goto(`/tenants/${tenantId}/messages/${id}`);
      const figures = page.getByRole('main').getByRole('list');
      await expect(figures.getByText(`${messages.states.sent} 6`)).toBeVisible();
      // From here on the stream tells: the page does not ask for the message again.
      const asked: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      await expect(async () => {
        const { tasks } = await appliance.call<{ tasks: string[] }>('GET', `/tenants/${tenantId}/messages/${id}`);
        const { read } = await appliance.control<{ read: number }>('POST', '/messages/read', { taskId: Number(tasks[0]) });
        expect(read).toBe(6);
      }).toPass();
      await expect(figures.getByText(`${messages.states.read} 6`)).toBeVisible();
      const people = page.getByRole('table', { name: messages.columns.recipients });
      await expect(people.getByText(messages.states.read, { exact: true })).toHaveCount(6);
      expect(asked.filter((path) => path.endsWith(id))).toEqual([]);
    });
  });
}

test('where the stream does not come through, the page asks again and again', async ({ page, appliance, texts, signIn }) => {
  const { messages } = texts;
  const { tenantId, id } = await onItsWay(appliance, 'asked for', 4);
  await page.route('**/messages/*/events', (route) => route.fulfill({ status: 404 }));
  await signIn();
  await page.goto(`/tenants/${tenantId}/messages/${id}`);
  await expect(page.getByText(`${messages.states.unread} 4`)).toBeVisible();
});

/**
 * A message to so many people that DingTalk takes its time over: the first look, two seconds after the sending, finds it
 * on its way, the second, ten seconds after it, finds it delivered.
 */
async function onItsWay(appliance: Appliance, name: string, people: number): Promise<{ tenantId: number; id: string }> {
  const { tenantId } = await appliance.tenant(name, people);
  await appliance.synchronise(tenantId);
  await appliance.control('PUT', '/behaviour', { noticeDelayMs: 4_000 });
  const message = { content: { type: 'text', text: name }, audience: { everyone: true } };
  const { id } = await appliance.call<{ id: string }>('POST', `/tenants/${tenantId}/messages`, message);
  await expect
    .poll(async () => (await appliance.call<{ tasks: string[] }>('GET', `/tenants/${tenantId}/messages/${id}`)).tasks)
    .toHaveLength(1);
  await appliance.control('PUT', '/behaviour', { noticeDelayMs: 0 });
  return { tenantId, id };
}
