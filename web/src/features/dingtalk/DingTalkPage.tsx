import { Flex, Tabs, Tag } from 'antd';
import type { DingTalkApplication } from '../../api';
import { useTexts } from '../../i18n';
import { Loaded } from '../../shared/Loaded';
import { Page } from '../../shared/Page';
import { useFilters } from '../../shared/useFilters';
import { StartSync } from '../sync/StartSync';
import { useTenant } from '../tenants/TenantScope';
import { ApplicationTab } from './ApplicationTab';
import { DoctorTab } from './DoctorTab';
import { EventsTab } from './EventsTab';
import { ScopeTab } from './ScopeTab';
import { SettingsTab } from './SettingsTab';
import { useDingTalk } from './useDingTalk';

/** A tenant's third-party configuration: its DingTalk application and everything that is set about it. */
export function DingTalkPage() {
  const tenant = useTenant();
  const { dingtalk } = useTexts();
  const application = useDingTalk(tenant.id);
  return (
    <Page
      title={dingtalk.title}
      intro={
        <Flex gap={8} align="center" component="span">
          {dingtalk.pageIntro}
          {application.isSuccess && <Connection application={application.data} />}
        </Flex>
      }
      actions={<StartSync tenantId={tenant.id} isConnected={Boolean(application.data?.enabled)} />}
    >
      <Loaded query={application}>{(found) => <Parts application={found} />}</Loaded>
    </Page>
  );
}

function Parts({ application }: { application: DingTalkApplication | null }) {
  const { tabs } = useTexts().dingtalk;
  const tenant = useTenant();
  const [{ tab }, change] = useFilters('tab');
  const isMissing = application === null;
  const showDoctor = () => change({ tab: 'doctor' });
  return (
    <Tabs
      activeKey={isMissing ? 'application' : tab ?? 'application'}
      onChange={(key) => change({ tab: key === 'application' ? undefined : key })}
      destroyOnHidden
      items={[
        {
          key: 'application',
          label: tabs.application,
          children: <ApplicationTab tenant={tenant} application={application} onTest={showDoctor} />,
        },
        { key: 'doctor', label: tabs.doctor, disabled: isMissing, children: <DoctorTab tenantId={tenant.id} /> },
        { key: 'scope', label: tabs.scope, disabled: isMissing, children: <ScopeTab tenant={tenant} /> },
        { key: 'settings', label: tabs.settings, disabled: isMissing, children: <SettingsTab tenant={tenant} /> },
        { key: 'events', label: tabs.events, disabled: isMissing, children: <EventsTab tenant={tenant} /> },
      ]}
    />
  );
}

/** Whether DingTalk is connected, in one word. */
export function Connection({ application }: { application: DingTalkApplication | null }) {
  const { dingtalk } = useTexts();
  if (application === null) return <Tag>{dingtalk.none}</Tag>;
  if (!application.enabled) return <Tag color="warning">{dingtalk.disabled}</Tag>;
  return <Tag color="success">{dingtalk.connected}</Tag>;
}
