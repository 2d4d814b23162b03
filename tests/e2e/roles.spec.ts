// What each role sees of the console.
import type { Appliance, Connected } from './support/appliance.ts';
import { expect, test, type Person } from './support/test.ts';

interface Member {
  id: string;
  username?: string;
  mobile?: string;
}

/** A tenant with people, and two of them who can sign in with their first passwords. */
async function people(appliance: Appliance, name: string): Promise<{ tenant: Connected; members: (Member & Person)[] }> {
  const tenant = await appliance.tenant(name, 8);
  await appliance.call('PATCH', `/tenants/${tenant.tenantId}`, { settings: { requirePasswordChange: false } });
  await appliance.synchronise(tenant.tenantId);
  const { items } = await appliance.call<{ items: Member[] }>('GET', `/tenants/${tenant.tenantId}/members`);
  const members = items.flatMap((member) =>
    member.username === undefined ? [] : [{ ...member, username: member.username, password: tenant.houseNumber + member.username }],
  );
  return { tenant, members };
}

test('an employee is shown the way to the portal instead of the console', async ({ page, appliance, texts, signIn }) => {
  const { tenant, members } = await people(appliance, 'employees');
  const [employee] = members;
  if (employee === undefined) throw new Error('nobody has a number');
  await signIn(employee);
  await expect(page.getByText(texts.shell.employees)).toBeVisible();
  await expect(page.getByRole('link', { name: tenant.name })).toHaveAttribute('href', `/tenantId/${tenant.tenantId}`);
  await expect(page.getByRole('link', { name: texts.shell.places.tenants })).toHaveCount(0);
  await page.goto(`/tenants/${tenant.tenantId}/dingtalk`);
  await expect(page.getByText(texts.problem.forbiddenTitle).or(page.getByText(texts.problem.notThere)).first()).toBeVisible();
});

test('a tenant administrator sees that tenant and nothing of the platform', async ({ page, appliance, texts, signIn }) => {
  const { tenant, members } = await people(appliance, 'administered');
  const other = await appliance.tenant('somebody else’s', 3);
  const [administrator] = members;
  if (administrator === undefined) throw new Error('nobody has a number');
  await appliance.call('PATCH', `/tenants/${tenant.tenantId}/members/${administrator.id}`, { role: 'administrator' });
  await signIn(administrator);
  await expect(page.getByRole('link', { name: texts.shell.places.conflicts })).toBeVisible();
  await expect(page.getByRole('link', { name: texts.shell.places.tenants })).toHaveCount(0);
  await page.goto(`/tenants/${other.tenantId}/dingtalk`);
  await expect(page.getByText(texts.problem.forbiddenTitle).or(page.getByText(texts.problem.notThere)).first()).toBeVisible();
});
