import type { Dictionary } from '../zh-CN';

export const session: Dictionary['session'] = {
  title: 'Sign in',
  username: 'Account (mobile number)',
  password: 'Password',
  submit: 'Sign in',
  signOut: 'Sign out',
  changeTitle: 'Choose a password of your own',
  changeIntro: 'The first password is the house number and the mobile number. Colleagues may know both, so it must be changed now.',
  current: 'Current password',
  next: 'New password',
  change: 'Change the password',
};
