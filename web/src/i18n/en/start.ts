/** The first run, from an empty server to one that synchronises by itself. */
import type { Dictionary } from '../zh-CN';

export const start: Dictionary['start'] = {
  tenantTitle: 'Create a tenant',
  tenantIntro: 'A tenant stands for one enterprise, with people, a DingTalk application and administrators of its own.',
  houseNumberHint: 'Six digits or capital letters. A first password is the house number and the mobile number, so take none that is easily guessed; it can be changed later.',
  another: 'Another one',
  goOn: 'Create and go on',
  title: (name) => `Setting up ${name}`,
  intro: 'Leave whenever you like and go on here later; each step is also a page of its own in the menu.',
  back: 'Back',
  next: 'Next',
  finish: 'Done: to the overview',
  lines: 'See every change',
  steps: {
    application: { name: 'Connect DingTalk', intro: 'Enter the application’s four values; saving and examining leads to the next step.' },
    doctor: { name: 'Examine', intro: 'Mend what is marked as an error before going on; what is unproven does not stand in the way.' },
    departments: { name: 'Choose departments', intro: 'Everything the application may see comes in, unless you choose a part of it.' },
    sync: { name: 'Preview and synchronise', intro: 'Look at what would happen first, then let it happen.' },
    message: { name: 'Send yourself a notification', intro: 'It proves that messages arrive, and that the AgentId is right.' },
    addresses: { name: 'Addresses for DingTalk', intro: 'Paste them into DingTalk’s console and publish a version; then people enter without a password.' },
    schedule: { name: 'Schedule', intro: 'Choose when it synchronises by itself.' },
  },
  message: {
    to: 'To',
    pick: 'Find yourself by name, pinyin or number',
    words: 'Text',
    text: 'This is the first notification from Menpai. If you can read it, everything is set up.',
    send: 'Send',
    sent: 'The message is on its way',
    look: 'Look into DingTalk, under work notifications.',
    follow: 'Follow it',
    again: 'Send another',
  },
};
