export const session = {
  title: '登录',
  username: '账号（手机号）',
  password: '密码',
  submit: '登录',
  signOut: '退出登录',
  changeTitle: '请先修改初始密码',
  changeIntro: '初始密码由门牌号和手机号组成，同事可能知道，必须更换后才能继续。',
  current: '当前密码',
  next: '新密码',
  change: '修改密码',
};
