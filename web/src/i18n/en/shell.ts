/** What surrounds the pages of the console. */
import type { Dictionary } from '../zh-CN';

export const shell: Dictionary['shell'] = {
  navigation: 'Navigation',
  skip: 'Skip to the content',
  tenant: 'Current tenant',
  noTenant: 'Choose a tenant',
  platformTenant: 'platform',
  appearance: 'Appearance',
  appearances: { system: 'As the system', light: 'Light', dark: 'Dark' },
  account: (name) => `Account ${name}`,
  waiting: (count) => `${count} waiting`,
  employeesTitle: 'This is the administrators’ console',
  employees: 'This account administers nothing. The employee portal is here:',
  sections: { everyday: 'Every day', dingtalk: 'DingTalk', tenant: 'Tenant', platform: 'Platform' },
  places: {
    overview: 'Overview',
    organisation: 'Organisation',
    start: 'First steps',
    dingtalk: 'Application',
    syncRuns: 'Sync runs',
    conflicts: 'Conflicts',
    guide: 'Setup guide',
    messages: 'Messages',
    audit: 'Audit',
    integrations: 'Integrations',
    settings: 'My tenant',
    serverAudit: 'Server audit',
    system: 'System',
    tenants: 'Tenants',
  },
};
