import { useQuery } from '@tanstack/react-query';
import { Alert, Descriptions, Flex, Typography } from 'antd';
import { getExamination, sentence } from '../../api';
import { useTexts } from '../../i18n';
import { Copyable } from '../../shared/Copyable';
import { addressesOf } from '../dingtalk/addresses';
import { doctorKey } from '../dingtalk/dingTalkKey';
import { egressAddress } from '../dingtalk/egress';
import { useTenant } from '../tenants/TenantScope';
import type { Step } from './steps';

/** What this step needs of this server and tenant, ready to copy. */
export function Values({ step }: { step: Step }) {
  const { dingtalk, guide } = useTexts();
  const tenant = useTenant();
  const report = useQuery({ queryKey: doctorKey(tenant.id), queryFn: () => getExamination(tenant.id) });
  const { portal, redirect } = addressesOf(tenant);
  const homes = [
    { name: dingtalk.addresses.mobileHome, value: portal },
    { name: dingtalk.addresses.pcHome, value: portal },
  ];
  const redirects = [{ name: dingtalk.addresses.redirect, value: redirect }];
  const shown: Partial<Record<Step, typeof homes>> = { web: homes, addresses: homes, security: redirects, redirect: redirects };
  const rows = shown[step];
  if (rows === undefined) return null;
  const address = report.data?.checks.find(({ id }) => id === 'egressIp');
  const seen = egressAddress(address);
  const needsAddress = step === 'security' || step === 'addresses';
  return (
    <Flex vertical gap={8}>
      <Descriptions
        size="small"
        bordered
        column={1}
        items={rows.map(({ name, value }) => ({ key: name, label: name, children: <Copyable value={value} label={name} /> }))}
      />
      {needsAddress && (
        <Alert
          type={address?.status === 'error' ? 'error' : 'info'}
          showIcon
          title={guide.egress}
          description={
            <>
              <div>{address === undefined ? guide.egressUnknown : sentence(address.evidence)}</div>
              {seen !== undefined && <Copyable value={seen} label={guide.egress} />}
              {address?.remedy !== undefined && address.remedy !== '' && <Typography.Text>{sentence(address.remedy)}</Typography.Text>}
            </>
          }
        />
      )}
    </Flex>
  );
}
