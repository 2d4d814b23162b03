export const tenants = {
  title: '租户',
  empty: '还没有租户，先创建一个。',
  create: '新建租户',
  name: '租户名称',
  created: (name: string) => `租户“${name}”已创建`,
  id: '租户 ID',
  houseNumber: '门牌号',
  platform: '平台自有',
  more: '加载更多',
};
