import { Flex, Statistic } from 'antd';
import { Link } from 'react-router';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { Loaded } from '../../shared/Loaded';
import { useDepartments } from '../directory/useDepartments';

/** How many people and departments there are. */
export function People({ tenantId }: { tenantId: number }) {
  const { overview } = useTexts();
  const { number } = useFormats();
  const departments = useDepartments(tenantId);
  return (
    <Loaded query={departments}>
      {({ roots, size }) => (
        <Flex vertical gap={16}>
          <Flex gap={32} wrap>
            <Statistic title={overview.people} value={number(roots.reduce((sum, { totalMemberCount }) => sum + totalMemberCount, 0))} />
            <Statistic title={overview.departments} value={number(size)} />
          </Flex>
          <Link to={`/tenants/${tenantId}/organisation`}>{overview.toOrganisation}</Link>
        </Flex>
      )}
    </Loaded>
  );
}
