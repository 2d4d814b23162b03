import {
  ApiOutlined,
  AuditOutlined,
  BookOutlined,
  CloudServerOutlined,
  CodeOutlined,
  DashboardOutlined,
  FileSearchOutlined,
  HistoryOutlined,
  HomeOutlined,
  MessageOutlined,
  RocketOutlined,
  ShopOutlined,
  TeamOutlined,
  WarningOutlined,
} from '@ant-design/icons';
import type { ComponentType } from 'react';
import type { Dictionary } from '../i18n';

/** One line of the navigation. */
interface Place {
  /** Below the tenant's own address, or the server's. */
  path: string;
  name: (texts: Dictionary) => string;
  icon: ComponentType<{ 'aria-hidden': boolean }>;
  /** Which count stands beside it. */
  badge?: 'conflicts';
}

interface Section {
  name: (texts: Dictionary) => string;
  places: Place[];
}

/** What there is inside one tenant, in the order of the working day. */
export const TENANT_SECTIONS: Section[] = [
  {
    name: (texts) => texts.shell.sections.everyday,
    places: [
      { path: '', name: (texts) => texts.shell.places.overview, icon: DashboardOutlined },
      { path: 'organisation', name: (texts) => texts.shell.places.organisation, icon: TeamOutlined },
      { path: 'messages', name: (texts) => texts.shell.places.messages, icon: MessageOutlined },
    ],
  },
  {
    name: (texts) => texts.shell.sections.dingtalk,
    places: [
      { path: 'start', name: (texts) => texts.shell.places.start, icon: RocketOutlined },
      { path: 'dingtalk', name: (texts) => texts.shell.places.dingtalk, icon: ApiOutlined },
      { path: 'syncRuns', name: (texts) => texts.shell.places.syncRuns, icon: HistoryOutlined },
      { path: 'conflicts', name: (texts) => texts.shell.places.conflicts, icon: WarningOutlined, badge: 'conflicts' },
      { path: 'guide', name: (texts) => texts.shell.places.guide, icon: BookOutlined },
    ],
  },
  {
    name: (texts) => texts.shell.sections.tenant,
    places: [
      { path: 'settings', name: (texts) => texts.shell.places.settings, icon: HomeOutlined },
      { path: 'integrations', name: (texts) => texts.shell.places.integrations, icon: CodeOutlined },
      { path: 'audit', name: (texts) => texts.shell.places.audit, icon: AuditOutlined },
    ],
  },
];

/** What concerns the whole server; for platform administrators. */
export const PLATFORM_SECTIONS: Section[] = [
  {
    name: (texts) => texts.shell.sections.platform,
    places: [
      { path: 'tenants', name: (texts) => texts.shell.places.tenants, icon: ShopOutlined },
      { path: 'audit', name: (texts) => texts.shell.places.serverAudit, icon: FileSearchOutlined },
      { path: 'system', name: (texts) => texts.shell.places.system, icon: CloudServerOutlined },
    ],
  },
];
