import { Card, Flex } from 'antd';
import type { DingTalkApplication, Tenant } from '../../api';
import { useTexts } from '../../i18n';
import { Addresses } from './Addresses';
import { ApplicationForm } from './ApplicationForm';
import styles from './ApplicationTab.module.css';
import { Detach } from './Detach';

interface Props {
  tenant: Tenant;
  application: DingTalkApplication | null;
  /** Called after the values were saved and the examination was asked for. */
  onTest: () => void;
}

/** The application's values beside what goes the other way, into DingTalk's console. */
export function ApplicationTab({ tenant, application, onTest }: Props) {
  const { dingtalk } = useTexts();
  return (
    <div className={styles.columns}>
      <Card title={dingtalk.values}>
        <ApplicationForm tenantId={tenant.id} application={application} onTest={onTest} />
      </Card>
      <Flex vertical gap={16}>
        <Card title={dingtalk.forConsole}>
          <Addresses tenant={tenant} />
        </Card>
        {application && <Detach tenantId={tenant.id} />}
      </Flex>
    </div>
  );
}
