import type { Dictionary } from '../zh-CN';

export const schedule: Dictionary['schedule'] = {
  off: 'Never',
  everyHours: 'Every few hours',
  dailyAt: 'Once a day',
  hours: 'Every … hours',
  time: 'Time (begins within the quarter hour that follows)',
  timeZone: 'Time zone',
};
