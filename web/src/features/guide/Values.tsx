import { useQuery } from '@tanstack/react-query';
import { Alert, Descriptions, Flex, Typography } from 'antd';
import { getExamination } from '../../api';
import { useTexts } from '../../i18n';
import { Copyable } from '../../shared/Copyable';
import { addressesOf } from '../dingtalk/addresses';
import { doctorKey } from '../dingtalk/dingTalkKey';
import type { Step } from './steps';

/** What this step needs of this server and tenant, ready to copy. */
export function Values({ step, tenantId }: { step: Step; tenantId: number }) {
  const { dingtalk, guide } = useTexts();
  const report = useQuery({ queryKey: doctorKey(tenantId), queryFn: () => getExamination(tenantId) });
  const { portal, redirect } = addressesOf(tenantId);
  const homes = [
    { name: dingtalk.addresses.mobileHome, value: portal },
    { name: dingtalk.addresses.pcHome, value: portal },
  ];
  const redirects = [{ name: dingtalk.addresses.redirect, value: redirect }];
  const shown: Partial<Record<Step, typeof homes>> = { web: homes, addresses: homes, security: redirects, redirect: redirects };
  const rows = shown[step];
  if (rows === undefined) return null;
  const address = report.data?.checks.find(({ id }) => id === 'egressIp');
  const needsAddress = step === 'security' || step === 'addresses';
  return (
    <Flex vertical gap={8}>
      <Descriptions
        size="small"
        bordered
        column={1}
        items={rows.map(({ name, value }) => ({ key: name, label: name, children: <Copyable value={value} label={name} /> }))}
      />
      {isLocal(window.location.hostname) && <Alert type="warning" showIcon title={guide.local} />}
      {needsAddress && (
        <Alert
          type={address?.status === 'error' ? 'error' : 'info'}
          showIcon
          title={guide.egress}
          description={
            <>
              <div>{address === undefined ? guide.egressUnknown : address.evidence}</div>
              {address?.remedy !== undefined && address.remedy !== '' && <Typography.Text>{address.remedy}</Typography.Text>}
            </>
          }
        />
      )}
    </Flex>
  );
}

/** Whether only this machine can open what stands in the address bar. */
function isLocal(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}
