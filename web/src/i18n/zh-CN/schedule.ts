/** When something is done by itself. */
export const schedule = {
  off: '不自动进行',
  everyHours: '每隔几小时',
  dailyAt: '每天定时',
  hours: '间隔（小时）',
  time: '时间（此后一刻钟内开始）',
  timeZone: '时区',
};
