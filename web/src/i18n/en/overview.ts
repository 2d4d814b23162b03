import type { Dictionary } from '../zh-CN';

export const overview: Dictionary['overview'] = {
  intro: 'What needs attention first, then how the tenant stands.',
  attention: 'Needs attention',
  allWell: 'All is well. Nothing needs attention.',
  people: 'People',
  departments: 'Departments',
  messages: 'Messages of the last 14 days',
  runs: 'Last sync runs',
  toOrganisation: 'To the organisation',
  toMessages: 'All messages',
  parts: { read: 'Read', open: 'Not read', lost: 'Not delivered' },
  chart: (days, sums) => `Deliveries of the last ${days} days, in people: ${sums}`,
  matters: {
    notConnected: 'No DingTalk application is connected yet. Begin here.',
    switchedOff: 'The DingTalk application is switched off: nothing is synchronised and no message goes out.',
    neverSynchronised: 'The DingTalk application is connected, but nothing was synchronised yet.',
    runFailed: (detail) => `The last synchronisation failed: ${detail}`,
    runWaiting: 'A synchronisation would remove too much. It stopped and waits for approval.',
    doctorErrors: (count) => (count === 1 ? 'The application’s examination found an error' : `The application’s examination found ${count} errors`),
    doctorWarnings: (count) => (count === 1 ? 'The application’s examination has a warning' : `The application’s examination has ${count} warnings`),
    conflicts: (count) => {
      if (count >= 50) return '50 or more conflicts wait for a decision';
      return count === 1 ? 'A conflict waits for a decision' : `${count} conflicts wait for a decision`;
    },
    callsLow: (used, limit) => `Less than a fifth of this month’s DingTalk calls is left: ${used} of ${limit} are used`,
    callsUsedUp: (used, limit) => `This month’s DingTalk calls are used up by our count: ${used} of ${limit}`,
    callsExhausted: (until) => `DingTalk said that this month’s calls are used up; messages are held until ${until}`,
    backupMissing: 'This server has no backup yet. Make one, and have it made on schedule.',
    backupOld: (age) => `The last backup is ${age} old. Look at the schedule.`,
    backupFailed: 'The last backup failed. See why, and make another.',
    eventsDown: 'The connection for DingTalk’s events is down: changes do not arrive at once.',
  },
};
