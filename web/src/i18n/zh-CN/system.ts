export const system = {
  title: '系统',
  intro: '这台服务器的版本、管理员、备份和存储。',
  server: '服务器',
  version: '版本',
  now: '服务器时间',
  tables: '存储内容',
  table: '数据表',
  rows: '行数',
};
