// Synchronising as an administrator sees it: progress, stopping, the guard, approval, undoing, conflicts.
import { expectAccessible } from './support/accessibility.ts';
import { ADMINISTRATOR, type Credentials } from './support/appliance.ts';
import { expect, LANGUAGES, test } from './support/test.ts';

for (const language of LANGUAGES) {
  test.describe(language, () => {
    test.use({ language });

    test('a run is followed, stopped by the guard, approved and undone', async ({ page, appliance, texts, signIn }) => {
      const { sync, directory } = texts;
      const { tenantId, corpId } = await appliance.tenant(`guard ${language}`, 30);
      await signIn();
      await page.goto(`/tenants/${tenantId}/dingtalk`);
      await page.getByRole('button', { name: sync.preview, exact: true }).click();
      await expect(page.getByText(sync.did.membersCreated('30'), { exact: false })).toBeVisible();
      await expectAccessible(page);
      await page.getByRole('button', { name: sync.apply, exact: true }).click();
      const dialogue = page.getByRole('dialog');
      await expect(dialogue).toContainText(sync.applyConsequence);
      await dialogue.getByRole('button', { name: sync.apply, exact: true }).click();
      await expect(page.getByText(sync.outcome.did(''), { exact: false }).or(page.getByText(sync.status.succeeded).first()).first()).toBeVisible();

      await appliance.leave(corpId, (await appliance.people(corpId)).slice(0, 12));
      await page.goto(`/tenants/${tenantId}/syncRuns`);
      await page.getByRole('button', { name: sync.start, exact: true }).click();
      await expect(page.getByRole('alert').filter({ hasText: sync.awaiting })).toBeVisible();
      await expect(page.getByText(sync.status.awaitingApproval).first()).toBeVisible();
      await expectAccessible(page);
      await page.getByRole('tab', { name: new RegExp(`^${sync.kinds.disabled}`) }).click();
      await expect(page.getByRole('table').getByText(directory.member.kinds.memberDisabled)).toHaveCount(12);
      await page.getByRole('button', { name: sync.approve, exact: true }).click();
      await page.getByLabel(sync.approveReason).fill('the office closed');
      await expectAccessible(page);
      await page.getByRole('dialog').getByRole('button', { name: sync.approve, exact: true }).click();
      await expect(page.getByRole('button', { name: sync.revert, exact: true })).toBeVisible();
      await expect(page.getByRole('alert').filter({ hasText: sync.did.membersDisabled('12') })).toBeVisible();

      await expect(page.getByText('the office closed')).toBeVisible();

      const landed = page.url();
      await page.getByRole('button', { name: sync.revert, exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: sync.revert, exact: true }).click();
      await page.waitForURL((url) => url.href !== landed);
      await expect(page.getByRole('alert').filter({ hasText: sync.did.membersRestored('12') })).toBeVisible();
      await page.getByRole('link', { name: sync.toReverted }).click();
      await expect(page.getByText(sync.reverted, { exact: true })).toBeVisible();
      await expect(page.getByRole('button', { name: sync.revert, exact: true })).toHaveCount(0);
    });

    test('a conflict is decided', async ({ page, appliance, texts, signIn }) => {
      const { conflicts } = texts;
      const { tenantId, corpId } = await appliance.tenant(`conflict ${language}`, 12);
      await appliance.synchronise(tenantId);
      const [holder] = (await appliance.people(corpId)).filter(({ mobile }) => mobile);
      await appliance.person(corpId, 'newcomer', { name: 'Zhao Newcomer', mobile: holder?.mobile, dept_id_list: [1] });
      await appliance.synchronise(tenantId);
      await signIn();
      await page.goto(`/tenants/${tenantId}/conflicts`);
      await expectAccessible(page);
      await page.getByRole('button', { name: `${conflicts.resolve} Zhao Newcomer` }).click();
      const dialogue = page.getByRole('dialog');
      await dialogue.getByText(conflicts.actions.keepSeparate.name).click();
      await dialogue.getByLabel(conflicts.why).fill('two people');
      await expectAccessible(page);
      await dialogue.getByRole('button', { name: conflicts.decide }).click();
      await expect(page.getByText(conflicts.nothingOpen)).toBeVisible();
      await page.getByText(conflicts.all, { exact: true }).click();
      await expect(page.getByText('two people')).toBeVisible();
      await expect(page.getByText(conflicts.actions.keepSeparate.name)).toBeVisible();
    });
  });
}

test('a run shows its progress and can be stopped', async ({ page, appliance, texts, signIn }) => {
  const { sync } = texts;
  const { tenantId } = await appliance.tenant('slow', 60);
  await appliance.control('POST', '/faults', { api: '/topapi/v2/user/list', after: 0, times: 1_000, kind: 'slow', ms: 20_000 });
  await signIn();
  await page.goto(`/tenants/${tenantId}/syncRuns`);
  await page.getByRole('button', { name: sync.start, exact: true }).click();
  await expect(page.getByText(sync.outcome.going(sync.phase.reading))).toBeVisible();
  await expect(page.getByRole('progressbar')).toBeVisible();
  await page.getByRole('button', { name: sync.cancel }).click();
  await expect(page.getByText(sync.outcome.cancelled)).toBeVisible();
  await appliance.control('DELETE', '/faults');
});

test('at DingTalk’s ordinary pace a run tells its phase, bar, counts, calls and the time left', async ({ page, texts, begin }) => {
  const { sync } = texts;
  const appliance = await begin({ settings: { MENPAI_DINGTALK_QPS: '18' } });
  const credentials = await appliance.control<Credentials>('POST', '/organisations', { members: 300, departments: 150, awkward: false });
  const { tenantId } = await appliance.connect('a run in sight', credentials);
  await page.request.post(`${appliance.url}/api/v1/sessions`, { data: ADMINISTRATOR });
  const figure = (name: string) => page.locator('dt', { hasText: name }).locator('xpath=following-sibling::dd');
  const start = async () => {
    await page.goto(`${appliance.url}/tenants/${tenantId}/syncRuns`);
    await page.getByRole('button', { name: sync.start, exact: true }).click();
    await expect(page.getByText(sync.outcome.going(sync.phase.reading))).toBeVisible();
  };

  await start();
  const bar = page.getByRole('progressbar');
  const reached = async () => Number(await bar.getAttribute('aria-valuenow'));
  await expect.poll(reached).toBeGreaterThan(5);
  await expect(page.getByText(new RegExp(sync.eta('.*')))).toBeVisible();
  await expect.poll(async () => Number(await figure(sync.counts.departmentsRead).textContent())).toBeGreaterThan(0);
  await expect(page.getByText(new RegExp(sync.calls(1).replace('1', '\\d+')))).toBeVisible();
  await page.getByRole('button', { name: sync.cancel }).click();
  await expect(page.getByText(sync.outcome.cancelled)).toBeVisible();

  await start();
  const first = await reached();
  await expect.poll(reached).toBeGreaterThan(first);
  await expect(page.getByRole('alert').filter({ hasText: sync.did.membersCreated('300') })).toBeVisible({ timeout: 90_000 });
  await expect(figure(sync.counts.membersRead)).toHaveText('300');
});
