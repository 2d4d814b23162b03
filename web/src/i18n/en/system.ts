import type { Dictionary } from '../zh-CN';

export const system: Dictionary['system'] = {
  title: 'System',
  intro: 'This server’s version, administrators, backups and storage.',
  server: 'Server',
  version: 'Version',
  now: 'The server’s time',
  tables: 'What is stored',
  table: 'Table',
  rows: 'Rows',
};
