export const setup = {
  title: '创建平台管理员',
  intro: '这是首次启动。此账号可以管理服务器上的全部租户。',
  username: '账号名',
  usernameRule: '3 到 64 个小写字母、数字或 . _ @ -，或手机号',
  submit: '创建并登录',
  noToken: '请使用服务器启动时打印的链接打开此页面，链接中含有一次性口令。',
};
