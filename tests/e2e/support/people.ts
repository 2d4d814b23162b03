// A tenant with people who can sign in with their first passwords.
import type { Appliance, Connected } from './appliance.ts';
import type { Person } from './test.ts';

interface Member {
  id: string;
  name: string;
  accountId: string;
  username?: string;
}

export async function people(appliance: Appliance, name: string): Promise<{ tenant: Connected; members: (Member & Person)[] }> {
  const tenant = await appliance.tenant(name, 8);
  await appliance.call('PATCH', `/tenants/${tenant.tenantId}`, { settings: { requirePasswordChange: false } });
  await appliance.synchronise(tenant.tenantId);
  const { items } = await appliance.call<{ items: Member[] }>('GET', `/tenants/${tenant.tenantId}/members`);
  const members = items.flatMap((member) =>
    member.username === undefined ? [] : [{ ...member, username: member.username, password: tenant.houseNumber + member.username }],
  );
  return { tenant, members };
}

/** Makes one of them the tenant's administrator. */
export async function administrator(appliance: Appliance, { tenantId }: Connected, member: Member & Person): Promise<Member & Person> {
  await appliance.call('PATCH', `/tenants/${tenantId}/members/${member.id}`, { role: 'administrator' });
  return member;
}
