import type { Dictionary } from '../zh-CN';

export const administrators: Dictionary['administrators'] = {
  title: 'Administrators',
  platformTitle: 'Platform administrators',
  intro: 'They may do everything in this tenant. Platform administrators are not listed here.',
  platformIntro: 'They may manage every tenant of this server.',
  empty: 'No administrators yet',
  person: 'Name, pinyin, mobile or job number',
  you: 'You',
  disabled: 'Account disabled',
  acts: 'Actions',
  give: 'Make administrator',
  giveTitle: (name) => `Make ${name} an administrator?`,
  giveResult: 'May see everybody in this tenant, synchronise, send messages, and change its settings and DingTalk application. Acts at once.',
  givePlatformResult: 'May manage every tenant of this server, its backups and its settings. Acts at once.',
  given: (name) => `${name} is an administrator`,
  take: 'Withdraw',
  takeTitle: (name) => `Withdraw the administration from ${name}?`,
  takeResult: 'May not manage this tenant any more. Nothing else changes. Acts at once.',
  takePlatformResult: 'May not manage this server any more. Nothing else changes. Acts at once.',
  taken: (name) => `${name} is no administrator any more`,
};
