// What each role sees of the console: which places it is offered, and what a direct address answers.
import { SERVER_PATHS, TENANT_PATHS } from '../../web/src/app/paths.ts';
import { administrator, people } from './support/people.ts';
import { expect, test } from './support/test.ts';

const NOWHERE = '01234567-89ab-7def-8123-456789abcdef';
/** The pages of a tenant, with ids that lead nowhere. */
const pagesOf = (tenantId: number) => TENANT_PATHS.map((path) => `/tenants/${tenantId}/${path.replace(/:\w+/, NOWHERE)}`);

test('a platform administrator is offered everything', async ({ page, appliance, texts, signIn }) => {
  const { tenantId } = await appliance.tenant('everything', 3);
  const { places } = texts.shell;
  await signIn();
  await page.goto(`/tenants/${tenantId}`);
  const menu = page.getByRole('navigation', { name: texts.shell.navigation });
  for (const place of Object.values(places)) await expect(menu.getByRole('link', { name: place, exact: true })).toBeVisible();
});

test('an employee is shown the way to the portal instead of the console', async ({ page, appliance, texts, signIn }) => {
  const { tenant, members } = await people(appliance, 'employees');
  const [employee] = members;
  if (employee === undefined) throw new Error('nobody has a number');
  await signIn(employee);
  await expect(page.getByText(texts.shell.employees)).toBeVisible();
  await expect(page.getByRole('link', { name: tenant.name })).toHaveAttribute('href', `/tenantId/${tenant.tenantId}`);
  await expect(page.getByRole('navigation', { name: texts.shell.navigation }).getByRole('link')).toHaveCount(0);
  const refusal = page.getByText(texts.problem.forbiddenTitle).or(page.getByText(texts.problem.notThere)).first();
  for (const path of pagesOf(tenant.tenantId)) {
    await page.goto(path);
    await expect(refusal, path).toBeVisible();
  }
  for (const path of ['/audit', '/system']) {
    await page.goto(path);
    await expect(refusal, path).toBeVisible();
  }
});

test('a tenant administrator sees that tenant and nothing of the platform', async ({ page, appliance, texts, signIn }) => {
  const { tenant, members } = await people(appliance, 'administered');
  const other = await appliance.tenant('somebody else’s', 3);
  const [promoted] = members;
  if (promoted === undefined) throw new Error('nobody has a number');
  await signIn(await administrator(appliance, tenant, promoted));
  const menu = page.getByRole('navigation', { name: texts.shell.navigation });
  const { tenants, serverAudit, system, ...own } = texts.shell.places;
  for (const place of Object.values(own)) await expect(menu.getByRole('link', { name: place, exact: true })).toBeVisible();
  for (const place of [tenants, serverAudit, system]) await expect(menu.getByRole('link', { name: place, exact: true })).toHaveCount(0);
  const refusal = page.getByText(texts.problem.forbiddenTitle).or(page.getByText(texts.problem.notThere)).first();
  for (const path of [...pagesOf(other.tenantId), ...SERVER_PATHS.filter((path) => path === '/audit' || path === '/system')]) {
    await page.goto(path);
    await expect(refusal, path).toBeVisible();
  }
  await page.goto(`/tenants/${tenant.tenantId}/organisation`);
  await expect(page.getByRole('button', { name: promoted.name, exact: true })).toBeVisible();
  await page.goto('/tenants');
  await expect(page.getByRole('link', { name: other.name })).toHaveCount(0);
});
