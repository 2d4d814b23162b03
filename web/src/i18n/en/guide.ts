/** DingTalk's console step by step; the console itself speaks Chinese, so its words are kept. */
import type { Dictionary } from '../zh-CN';

export const guide: Dictionary['guide'] = {
  title: 'Setup guide',
  intro: 'DingTalk’s console step by step; what is to be pasted there stands ready with the values of this server and tenant.',
  which: 'Which console',
  vintages: { new: 'New console', old: 'Old console' },
  permissions: 'The eight permissions',
  chineseName: 'Name in the console',
  englishName: 'In English',
  state: 'Now',
  request: 'Request',
  unexamined: 'Not examined',
  examine: 'Examine them again',
  egress: 'The server’s egress IP',
  egressUnknown: 'Not examined yet. Once the application is saved, an examination tells which address DingTalk sees.',
  toApplication: 'To the application’s values',
  toRuns: 'To the sync runs',
  steps: {
    account: {
      title: 'Register with DingTalk',
      lines: () => ['Skip this when the enterprise is on DingTalk already.', 'Register with a mobile number and sign in as an administrator.'],
    },
    create: {
      title: 'Create the application',
      lines: (vintage) =>
        vintage === 'new'
          ? ['Sign in to the open platform and go to 应用开发 (application development).', 'Choose 企业内部应用 → 创建应用 (internal application, create), and give it a name and a description.']
          : ['Sign in to the open platform and go to 应用开发 → 企业内部开发 (internal development).', 'Choose 创建应用 (create), as an H5 micro application developed by the enterprise itself.'],
    },
    web: {
      title: 'Add the web application and its homepages',
      lines: () => ['In the application, choose 添加应用能力 (add capability), find 网页应用 (web application) and press 配置 (configure).', 'Paste the addresses below as the application’s homepage and its PC homepage, and save.'],
    },
    addresses: {
      title: 'Enter the homepages and the egress IP',
      lines: () => ['In the application, open 开发管理 (development management) and press 修改 (modify).', 'Enter the server’s egress IP, the application’s homepage and its PC homepage, and save.'],
    },
    security: {
      title: 'Security: egress IP and redirect URL',
      lines: () => ['Open 开发配置 → 安全设置 (development settings, security).', 'Enter the server’s egress IP; several addresses go in one by one.', 'Paste the address below as 重定向 URL (redirect URL), letter by letter, and save.'],
    },
    redirect: {
      title: 'Enter the sign-in callback',
      lines: () => ['Open 登录与分享 (sign-in and sharing).', 'Paste the address below as the callback, letter by letter, and save.'],
    },
    permissions: {
      title: 'Request the permissions',
      lines: () => ['Open 权限管理 (permissions), search for each name below and press 申请权限 (request).', 'It can take up to two hours until a new permission works.', 'The last one is only for writing to DingTalk’s address book, which never happens here: leaving it out is safe.'],
    },
    publish: {
      title: 'Publish a version',
      lines: (vintage) =>
        vintage === 'new'
          ? ['Open 版本管理与发布 (versions) and press 创建新版本 (new version).', 'Describe it, choose who may use it (best everybody), save and publish.', 'After each later change of an address or a permission, publish again.']
          : ['Open 版本管理与发布 (versions) and publish.', 'Then choose who may use it (best everybody).'],
    },
    credentials: {
      title: 'Copy the credentials into Menpai',
      lines: (vintage) =>
        vintage === 'new'
          ? ['Open 凭证与基础信息 (credentials).', 'Copy 原企业内部应用AgentId, Client ID (formerly AppKey) and Client Secret (formerly AppSecret).', 'The CorpId stands with the enterprise on the platform’s first page; it may be left out.']
          : ['Open 应用信息 (application information).', 'Copy AgentId, AppKey and AppSecret.', 'One AppKey serves one tenant only; another one is told AppKey重复.'],
    },
    synchronise: {
      title: 'Examine, preview, synchronise',
      lines: () => ['Save, let the doctor examine, and mend what it finds.', 'Preview, then synchronise.', 'A new person signs in with the mobile number; the first password is the house number and the mobile number, and must be changed at the first password sign-in.'],
    },
  },
};
