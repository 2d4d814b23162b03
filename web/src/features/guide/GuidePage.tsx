import { Card, Flex, Segmented } from 'antd';
import { useTexts } from '../../i18n';
import { Page } from '../../shared/Page';
import { useFilters } from '../../shared/useFilters';
import { GuessedAddress } from '../dingtalk/GuessedAddress';
import { useTenant } from '../tenants/TenantScope';
import { GuideStep } from './GuideStep';
import { stepsOf, type Vintage } from './steps';

const VINTAGES: Vintage[] = ['new', 'old'];

/** DingTalk's console step by step, for both its vintages, with this server's and tenant's values ready to copy. */
export function GuidePage() {
  const { guide } = useTexts();
  const tenant = useTenant();
  const [{ console: chosen }, change] = useFilters('console');
  const vintage = VINTAGES.find((one) => one === chosen) ?? 'new';
  return (
    <Page
      title={guide.title}
      intro={guide.intro}
      actions={
        <Segmented
          aria-label={guide.which}
          value={vintage}
          options={VINTAGES.map((value) => ({ value, label: guide.vintages[value] }))}
          onChange={(value) => change({ console: value === 'new' ? undefined : value })}
        />
      }
    >
      <Flex vertical gap={12}>
        <GuessedAddress tenant={tenant} />
        {stepsOf(vintage).map((step, index) => (
          <Card key={step}>
            <GuideStep number={index + 1} step={step} vintage={vintage} tenantId={tenant.id} />
          </Card>
        ))}
      </Flex>
    </Page>
  );
}
