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
      // On its way for as long as the page needs to open; the server looks after 2 s, 10 s and a minute.
      const { tenantId, id, taskId } = await onItsWay(appliance, `followed ${language}`, 6, MINUTES);
      await signIn();
      await page.goto(`/tenants/${tenantId}/messages/${id}`);
      const figures = page.getByRole('main').getByRole('list');
      await expect(figures.getByText(`${messages.states.sent} 6`)).toBeVisible();
      // From here on the stream tells: the page asks for the message once more, when nothing of it changes any more.
      const asked: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      await appliance.control('PUT', '/clock', { offsetMs: MINUTES });
      expect(await appliance.control('POST', '/messages/read', { taskId })).toEqual({ read: 6 });
      await expect(figures.getByText(`${messages.states.read} 6`)).toBeVisible({ timeout: 90_000 });
      await appliance.control('PUT', '/clock', { offsetMs: 0 });
      const people = page.getByRole('table', { name: messages.columns.recipients });
      await expect(people.getByText(messages.states.read, { exact: true })).toHaveCount(6);
      expect(asked.filter((path) => path.endsWith(id)).length).toBeLessThanOrEqual(1);
    });
  });
}

test('where the stream does not come through, the page asks again and again', async ({ page, appliance, texts, signIn }) => {
  const { messages } = texts;
  const { tenantId, id } = await onItsWay(appliance, 'asked for', 4, 0);
  await page.route('**/messages/*/events', (route) => route.fulfill({ status: 404 }));
  await signIn();
  await page.goto(`/tenants/${tenantId}/messages/${id}`);
  await expect(page.getByText(`${messages.states.unread} 4`)).toBeVisible();
});

/** Longer than any test takes. */
const MINUTES = 20 * 60_000;

/** A message to so many people that DingTalk has taken, and delivers after so many milliseconds. */
async function onItsWay(appliance: Appliance, name: string, people: number, delay: number): Promise<{ tenantId: number; id: string; taskId: number }> {
  const { tenantId } = await appliance.tenant(name, people);
  await appliance.synchronise(tenantId);
  await appliance.control('PUT', '/behaviour', { noticeDelayMs: delay });
  const message = { content: { type: 'text', text: name }, audience: { everyone: true } };
  const { id } = await appliance.call<{ id: string }>('POST', `/tenants/${tenantId}/messages`, message);
  const tasks = async () => (await appliance.call<{ tasks: string[] }>('GET', `/tenants/${tenantId}/messages/${id}`)).tasks;
  await expect.poll(tasks).toHaveLength(1);
  await appliance.control('PUT', '/behaviour', { noticeDelayMs: 0 });
  return { tenantId, id, taskId: Number((await tasks())[0]) };
}
