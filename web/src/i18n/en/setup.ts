import type { Dictionary } from '../zh-CN';

export const setup: Dictionary['setup'] = {
  title: 'Create the platform administrator',
  intro: 'This is the first start. The account may manage every tenant of this server.',
  username: 'Account name',
  usernameRule: '3 to 64 small letters, digits or . _ @ -, or a mobile number',
  submit: 'Create and sign in',
  noToken: 'Open this page with the link that the server printed at its start; it holds a one-time token.',
};
