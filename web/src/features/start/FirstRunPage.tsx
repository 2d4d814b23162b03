import { useQuery } from '@tanstack/react-query';
import { Button, Card, Flex, Steps, Typography } from 'antd';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { getExamination, getLatestSyncRun } from '../../api';
import { useTexts } from '../../i18n';
import { Loaded } from '../../shared/Loaded';
import { Page } from '../../shared/Page';
import { useFilters } from '../../shared/useFilters';
import { doctorKey } from '../dingtalk/dingTalkKey';
import { useDingTalk } from '../dingtalk/useDingTalk';
import { runsKey } from '../sync/runsKey';
import { useTenant } from '../tenants/TenantScope';
import styles from './FirstRunPage.module.css';
import { StepContent } from './StepContent';
import { after, before, resumedStep, stepOf, STEPS, type Existing, type Step } from './steps';

/**
 * From an empty tenant to one that synchronises by itself. Every step is also an ordinary page; which one is shown stands
 * in the address, or else follows from what already exists and where the walk was left.
 */
export function FirstRunPage() {
  const tenant = useTenant();
  const { start } = useTexts();
  const application = useDingTalk(tenant.id);
  const report = useQuery({ queryKey: doctorKey(tenant.id), queryFn: () => getExamination(tenant.id) });
  const run = useQuery({ queryKey: [...runsKey(tenant.id), 'latest'], queryFn: () => getLatestSyncRun(tenant.id) });
  return (
    <Page title={start.title(tenant.name)} intro={start.intro}>
      <Loaded query={application}>
        {(app) => (
          <Loaded query={report}>
            {(found) => <Loaded query={run}>{(latest) => <Walk key={tenant.id} existing={{ application: app, report: found, run: latest }} />}</Loaded>}
          </Loaded>
        )}
      </Loaded>
    </Page>
  );
}

function Walk({ existing }: { existing: Existing }) {
  const tenant = useTenant();
  const { start } = useTexts();
  const [{ step: named }, change] = useFilters('step');
  const isConnected = existing.application !== null;
  // Decided once: what is being looked at does not go away because it was done.
  const [resumed] = useState(() => resumedStep(existing, leftAt(tenant.id)));
  const step = isConnected ? (stepOf(named) ?? resumed) : 'application';
  useEffect(() => localStorage.setItem(stored(tenant.id), step), [tenant.id, step]);
  const [previous, next] = [before(step), after(step)];
  const go = (to: string | undefined) => change({ step: to });
  return (
    <div className={styles.walk}>
      <Card>
        <Steps
          orientation="vertical"
          size="small"
          current={STEPS.indexOf(step)}
          onChange={(index) => go(STEPS[index])}
          items={STEPS.map((name) => ({ title: start.steps[name].name, disabled: !isConnected && name !== 'application' }))}
        />
      </Card>
      <Flex vertical gap={16} style={{ minWidth: 0 }}>
        <div>
          <Typography.Title level={2} style={{ fontSize: 18, margin: 0 }}>
            {start.steps[step].name}
          </Typography.Title>
          <Typography.Text type="secondary">{start.steps[step].intro}</Typography.Text>
        </div>
        <StepContent step={step} tenant={tenant} application={existing.application} onDone={() => go(next)} />
        <Flex justify="space-between" gap={8}>
          {previous ? <Button onClick={() => go(previous)}>{start.back}</Button> : <span />}
          {next ? (
            <Button disabled={!isConnected} onClick={() => go(next)}>
              {start.next}
            </Button>
          ) : (
            <Link to={`/tenants/${tenant.id}`}>{start.finish}</Link>
          )}
        </Flex>
      </Flex>
    </div>
  );
}

const stored = (tenantId: number) => `menpai.step.${tenantId}`;

/** The step that this browser showed of the tenant last. */
function leftAt(tenantId: number): Step | undefined {
  return stepOf(localStorage.getItem(stored(tenantId)));
}
