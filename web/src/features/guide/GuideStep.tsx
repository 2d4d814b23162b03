import { Flex, Typography } from 'antd';
import { Link } from 'react-router';
import { useTexts } from '../../i18n';
import { Values } from './Values';
import { PermissionTable } from './PermissionTable';
import type { Step, Vintage } from './steps';

/** Where DingTalk's own pages are. */
const LINKS: Partial<Record<Step, string>> = {
  account: 'https://oa.dingtalk.com/register_new.htm',
  create: 'https://open-dev.dingtalk.com/',
};

interface Props {
  number: number;
  step: Step;
  vintage: Vintage;
  tenantId: number;
}

/** One step: what to press, and what to paste. */
export function GuideStep({ number, step, vintage, tenantId }: Props) {
  const { guide } = useTexts();
  const { title, lines } = guide.steps[step];
  const link = LINKS[step];
  return (
    <Flex vertical gap={8}>
      <Typography.Title level={2} style={{ fontSize: 16, margin: 0 }}>
        {`${number}. ${title}`}
      </Typography.Title>
      <ol style={{ margin: 0, paddingInlineStart: 22 }}>
        {lines(vintage).map((line) => (
          <li key={line}>
            <Typography.Text>{line}</Typography.Text>
          </li>
        ))}
      </ol>
      {link !== undefined && (
        <Typography.Link href={link} target="_blank" rel="noreferrer">
          {link}
        </Typography.Link>
      )}
      <Values step={step} />
      {step === 'permissions' && <PermissionTable tenantId={tenantId} />}
      {step === 'credentials' && <Link to={`/tenants/${tenantId}/dingtalk`}>{guide.toApplication}</Link>}
      {step === 'synchronise' && <Link to={`/tenants/${tenantId}/syncRuns`}>{guide.toRuns}</Link>}
    </Flex>
  );
}
