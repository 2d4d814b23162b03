import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Empty, Flex, Typography } from 'antd';
import { examineDingTalk, getExamination } from '../../api';
import { useTexts } from '../../i18n';
import { Loaded } from '../../shared/Loaded';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { Time } from '../../shared/Time';
import { Checks } from './Checks';
import { doctorKey } from './dingTalkKey';

/** What is wrong with the application and how it is mended: the last examination, and a new one. */
export function DoctorTab({ tenantId }: { tenantId: number }) {
  const { doctor } = useTexts().dingtalk;
  const queries = useQueryClient();
  const report = useQuery({ queryKey: doctorKey(tenantId), queryFn: () => getExamination(tenantId) });
  const examine = useMutation({
    mutationFn: () => examineDingTalk(tenantId),
    onSuccess: (found) => queries.setQueryData(doctorKey(tenantId), found),
  });
  return (
    <Card>
      <Flex vertical gap={16}>
        <Flex align="center" justify="space-between" gap={12} wrap>
          <Typography.Text type="secondary" style={{ flex: '1 1 320px' }}>
            {doctor.intro}
          </Typography.Text>
          <Button type="primary" loading={examine.isPending} onClick={() => examine.mutate()}>
            {doctor.examine}
          </Button>
        </Flex>
        <ProblemAlert error={examine.error} />
        <Loaded query={report}>
          {(found) =>
            found === null ? (
              <Empty description={doctor.never} />
            ) : (
              <>
                <Typography.Text type="secondary">
                  {doctor.examined} <Time at={found.examinedAt} />
                </Typography.Text>
                <Checks checks={found.checks} />
              </>
            )
          }
        </Loaded>
      </Flex>
    </Card>
  );
}
