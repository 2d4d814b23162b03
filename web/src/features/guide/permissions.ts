/** A permission of DingTalk's console, by the names that it has there. */
export interface Permission {
  /** The last part of the doctor's check. */
  code: string;
  zh: string;
  en: string;
}

/** The eight of the setup document, in its order. The last one is for writing to DingTalk, which never happens. */
export const PERMISSIONS: Permission[] = [
  { code: 'fieldMobile', zh: '企业员工手机号信息', en: 'Company employee mobile phone number information' },
  { code: 'fieldEmail', zh: '邮箱等个人信息', en: 'Email and other personal information' },
  { code: 'qyapi_get_department_list', zh: '通讯录部门信息读权限', en: 'Address book department information read permission' },
  { code: 'qyapi_get_member', zh: '成员信息读权限', en: 'Member information read permission' },
  { code: 'qyapi_get_department_member', zh: '通讯录部门成员读权限', en: 'Address book department member read permission' },
  { code: 'Contact.User.mobile', zh: '个人手机号信息', en: 'Personal mobile phone number information' },
  { code: 'Contact.User.Read', zh: '通讯录个人信息读权限', en: 'Address book personal information read permission' },
  { code: 'qyapi_manage_addresslist', zh: '维护通讯录的接口访问权限', en: 'Maintaining the access rights of the address book interface' },
];
