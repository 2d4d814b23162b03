import { Empty } from 'antd';
import { Link } from 'react-router';
import { useTexts } from '../../i18n';
import { useDingTalk } from '../dingtalk/useDingTalk';

/** What is said where there is nothing before the first synchronisation, with the way to what comes next. */
export function NothingYet({ tenantId, children }: { tenantId: number; children: string }) {
  const { sync } = useTexts();
  const application = useDingTalk(tenantId);
  const isConnected = Boolean(application.data?.enabled);
  return (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={children}>
      {application.isSuccess && (
        <Link to={`/tenants/${tenantId}/start?step=${isConnected ? 'sync' : 'application'}`}>{isConnected ? sync.toFirst : sync.toConnect}</Link>
      )}
    </Empty>
  );
}
