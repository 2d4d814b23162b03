/** DingTalk's console step by step. */
type Vintage = 'new' | 'old';

export const guide = {
  title: '钉钉配置指南',
  intro: '按顺序完成以下步骤；需要填写的值已按当前服务器和租户备好，可直接复制。',
  which: '控制台版本',
  vintages: { new: '新版控制台', old: '旧版控制台' },
  permissions: '八项权限',
  chineseName: '权限名称',
  englishName: '英文名称',
  state: '当前状态',
  request: '申请',
  unexamined: '未诊断',
  examine: '重新诊断权限状态',
  egress: '服务器出口 IP',
  egressUnknown: '尚未诊断。保存应用参数后运行一次诊断，即可得到钉钉看到的出口 IP。',
  toApplication: '前往应用配置填写',
  toRuns: '前往同步记录',
  steps: {
    account: {
      title: '注册钉钉并创建企业',
      lines: () => ['已有钉钉企业的可跳过。', '用手机号注册，并以管理员身份登录。'],
    },
    create: {
      title: '创建应用',
      lines: (vintage: Vintage) =>
        vintage === 'new'
          ? ['登录钉钉开放平台，进入“应用开发”。', '选择“企业内部应用 → 创建应用”，填写名称与描述后保存。']
          : ['登录钉钉开放平台，进入“应用开发 → 企业内部开发”。', '选择“创建应用”，类型选 H5 微应用，开发方式选企业自主开发。'],
    },
    web: {
      title: '添加网页应用并填写首页地址',
      lines: () => ['在应用详情左侧点“添加应用能力”，找到“网页应用”，点“配置”。', '把下面的地址分别填入应用首页地址和 PC 端首页地址，保存。'],
    },
    addresses: {
      title: '填写首页地址与出口 IP',
      lines: () => ['在应用详情左侧打开“开发管理”，点右侧“修改”。', '填入服务器出口 IP、应用首页地址和 PC 端首页地址，保存。'],
    },
    security: {
      title: '安全设置：出口 IP 与重定向 URL',
      lines: () => ['打开“开发配置 → 安全设置”。', '填入服务器出口 IP；多个地址分别填写。', '在“重定向 URL”中原样填入下面的地址，一字不差，然后保存。'],
    },
    redirect: {
      title: '填写登录回调地址',
      lines: () => ['打开“登录与分享”（部分版本叫“接入登录”）。', '在回调域名中原样填入下面的地址，保存。'],
    },
    permissions: {
      title: '申请接口权限',
      lines: () => ['打开“权限管理”，逐项搜索下面的名称并点“申请权限”。', '新开通的权限最长约两小时生效。', '最后一项只用于写入钉钉通讯录；本系统从不写入，可以不申请。'],
    },
    publish: {
      title: '发布版本',
      lines: (vintage: Vintage) =>
        vintage === 'new'
          ? ['打开“版本管理与发布”，点“创建新版本”。', '填写版本说明，选择可使用范围（建议全部员工），保存并发布。', '之后改了地址或权限，都要再发布一次。']
          : ['打开“版本管理与发布”，确认发布。', '发布后设置可使用范围（建议全部员工）。'],
    },
    credentials: {
      title: '复制凭证并填入本系统',
      lines: (vintage: Vintage) =>
        vintage === 'new'
          ? ['打开“凭证与基础信息”。', '复制“原企业内部应用 AgentId”、Client ID（对应原 AppKey）和 Client Secret（对应原 AppSecret）。', 'CorpId 在开放平台首页右上角的企业信息中，可不填。']
          : ['打开“应用信息”。', '复制 AgentId、AppKey 和 AppSecret。', '同一个 AppKey 只能用于一个租户，否则会提示“AppKey重复”。'],
    },
    synchronise: {
      title: '诊断、预览并同步',
      lines: () => ['保存后运行诊断，按提示处理错误。', '先预览，再同步。', '新员工的账号是手机号，初始密码是“门牌号 + 手机号”，首次用密码登录时须修改。'],
    },
  },
};
