import type { Dictionary } from '../zh-CN';

export const dingtalk: Dictionary['dingtalk'] = {
  title: 'DingTalk application',
  connect: 'Connect a DingTalk application',
  edit: 'DingTalk application',
  connected: 'Connected',
  disabled: 'Disabled',
  none: 'No DingTalk application',
  intro: 'The application’s page on the DingTalk open platform shows these. The console’s older and newer names are both given.',
  agentId: 'AgentId',
  clientId: 'Client ID (formerly AppKey)',
  clientSecret: 'Client Secret (formerly AppSecret)',
  keepSecret: 'Leave empty to keep the stored secret; it is never shown again.',
  corpId: 'CorpId (optional)',
  digits: 'Digits only',
  enabled: 'Enabled',
  saved: 'The DingTalk application is saved',
  homepage: 'Application homepage and PC homepage',
  homepageHint: 'Goes into the web application on the DingTalk open platform; employees enter here.',
  sameEnterprise: (names) =>
    `The same enterprise is connected to other tenants as well${names && ` (${names})`}. Its people are members of each: they look like duplicates and are not.`,
};
