import { Card } from 'antd';
import type { ReactNode } from 'react';
import type { DingTalkApplication, Tenant } from '../../api';
import { Addresses } from '../dingtalk/Addresses';
import { ApplicationForm } from '../dingtalk/ApplicationForm';
import { DoctorTab } from '../dingtalk/DoctorTab';
import { ScopeTab } from '../dingtalk/ScopeTab';
import { SettingsTab } from '../dingtalk/SettingsTab';
import { FirstMessage } from './FirstMessage';
import { FirstSync } from './FirstSync';
import type { Step } from './steps';

interface Props {
  step: Step;
  tenant: Tenant;
  application: DingTalkApplication | null;
  onDone: () => void;
}

/** What is done in a step: the same parts of which the ordinary pages are made. */
export function StepContent({ step, tenant, application, onDone }: Props): ReactNode {
  switch (step) {
    case 'application':
      return (
        <Card>
          <ApplicationForm tenantId={tenant.id} application={application} onTest={onDone} />
        </Card>
      );
    case 'doctor':
      return <DoctorTab tenantId={tenant.id} />;
    case 'departments':
      return <ScopeTab tenant={tenant} onSaved={onDone} />;
    case 'sync':
      return <FirstSync tenantId={tenant.id} isConnected={Boolean(application?.enabled)} />;
    case 'message':
      return <FirstMessage tenantId={tenant.id} />;
    case 'addresses':
      return (
        <Card>
          <Addresses tenant={tenant} />
        </Card>
      );
    case 'schedule':
      return <SettingsTab tenant={tenant} />;
  }
}
