/** What surrounds the pages of the console. */
export const shell = {
  navigation: '导航',
  skip: '跳到正文',
  home: '返回首页',
  tenant: '当前租户',
  noTenant: '请选择租户',
  platformTenant: '平台',
  appearance: '外观',
  appearances: { system: '跟随系统', light: '浅色', dark: '深色' },
  account: (name: string) => `账号 ${name}`,
  waiting: (count: number) => `${count} 项待处理`,
  employeesTitle: '这里是管理后台',
  employees: '当前账号不是管理员。请前往员工门户：',
  sections: { everyday: '日常', dingtalk: '钉钉同步', platform: '平台' },
  places: {
    organisation: '组织架构',
    dingtalk: '应用配置',
    syncRuns: '同步记录',
    conflicts: '待处理冲突',
    guide: '配置指南',
    tenants: '租户管理',
  },
};
