/** What synchronisation would not decide alone. */
import type { Dictionary } from '../zh-CN';

export const conflicts: Dictionary['conflicts'] = {
  title: 'Conflicts',
  intro: 'Where a mobile number could hand an account to another person, synchronisation decides nothing; everybody else goes on.',
  which: 'Which conflicts are shown',
  open: 'Waiting',
  all: 'All',
  nothingOpen: 'No conflict waits for a decision',
  nothing: 'There has never been a conflict',
  states: { open: 'Waiting', resolved: 'Decided', ignored: 'Ignored', vanished: 'Went away by itself' },
  mobile: 'Mobile number',
  userid: 'DingTalk userid',
  found: 'Found',
  closed: 'Closed',
  decided: 'Decision',
  reason: 'Reason',
  resolve: 'Decide',
  question: (name) => `What about ${name}?`,
  way: 'The way out',
  why: 'Why (optional; kept in the audit)',
  decide: 'Carry it out',
  done: (name) => `The conflict about ${name} is decided`,
  actions: {
    linkAccount: { name: 'Link to the account', effect: 'It is the same person: joins the account that holds the number and signs in with it.' },
    giveNumber: { name: 'Give the number to this person', effect: 'The number has a new owner: this person signs in with it. The other account stays, without a number, and is signed out everywhere.' },
    keepSeparate: { name: 'Keep separate', effect: 'Becomes a member without password sign-in and signs in through DingTalk only.' },
    ignore: { name: 'Ignore', effect: 'Everything stays as it is; later runs do not bring it up again.' },
  },
};
