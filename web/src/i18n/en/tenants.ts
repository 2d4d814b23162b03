import type { Dictionary } from '../zh-CN';

export const tenants: Dictionary['tenants'] = {
  title: 'Tenants',
  empty: 'There is no tenant yet. Create the first one.',
  create: 'New tenant',
  name: 'Name of the tenant',
  created: (name) => `Tenant “${name}” is created`,
  id: 'Tenant ID',
  houseNumber: 'House number',
  platform: 'The platform’s own',
  more: 'Load more',
};
