import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Descriptions, Flex, Segmented, Switch, Typography } from 'antd';
import { changeTenant, rotateHouseNumber, type ChangeTenant, type Tenant } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { HouseNumber } from '../../shared/HouseNumber';
import { Page } from '../../shared/Page';
import { useAct } from '../../shared/useAct';
import { useConfirm } from '../../shared/useConfirm';
import { Administrators } from '../administrators/Administrators';
import { Addresses } from '../dingtalk/Addresses';
import { useMe } from '../session/useMe';
import { tenantKey, useTenant } from './TenantScope';
import { isPlatform, TENANTS } from './tenantsQuery';
import { TenantStatusTag } from './TenantStatusTag';

/** One tenant as its administrators know it: who it is, where it is reached, how people sign in. */
export function TenantPage() {
  const { administrators, tenants } = useTexts();
  const { mine } = tenants;
  const tenant = useTenant();
  const mayDisable = (useMe().data?.account.platformAdministrator ?? false) && !isPlatform(tenant);
  return (
    <Page title={mine.title} intro={mine.intro}>
      <Identity tenant={tenant} />
      <Card title={mine.addresses}>
        <Addresses tenant={tenant} />
      </Card>
      <Card title={administrators.title}>
        <Administrators tenantId={tenant.id} />
      </Card>
      <SignInRules tenant={tenant} />
      <Portal tenant={tenant} />
      {mayDisable && <InUse tenant={tenant} />}
    </Page>
  );
}

/** Has everything that shows the tenant follow what it became. */
function useChanged() {
  const queries = useQueryClient();
  return (after: Tenant) => {
    queries.setQueryData(tenantKey(after.id), after);
    return queries.invalidateQueries({ queryKey: TENANTS });
  };
}

/** Changes the tenant. */
function useChange({ id }: Tenant, done: string) {
  return useAct({ act: (change: ChangeTenant) => changeTenant(id, change), done, onDone: useChanged() });
}

function Identity({ tenant }: { tenant: Tenant }) {
  const texts = useTexts();
  const { mine, ...tenants } = texts.tenants;
  const { moment } = useFormats();
  const confirm = useConfirm();
  const rename = useChange(tenant, mine.renamed);
  const { message } = App.useApp();
  const changed = useChanged();
  const rotate = async () => {
    const after = await rotateHouseNumber(tenant.id);
    await changed(after);
    void message.success(mine.rotated(after.houseNumber));
  };
  const name = (name: string) => name.trim() !== '' && name !== tenant.name && rename.mutate({ name: name.trim() });
  return (
    <Card title={mine.identity}>
      <Descriptions
        column={1}
        size="small"
        styles={{ label: { width: 160 } }}
        items={[
          {
            key: 'name',
            label: tenants.name,
            children: (
              <Typography.Text editable={{ onChange: name, maxLength: 100, tooltip: mine.rename, triggerType: ['icon'] }}>
                {tenant.name}
              </Typography.Text>
            ),
          },
          { key: 'id', label: tenants.id, children: <Typography.Text copyable>{String(tenant.id)}</Typography.Text> },
          {
            key: 'houseNumber',
            label: tenants.houseNumber,
            children: (
              <Flex vertical gap={8} align="start">
                <Flex gap={12} align="center" wrap>
                  <HouseNumber value={tenant.houseNumber} label={tenants.houseNumber} />
                  <Typography.Text copyable={{ text: tenant.houseNumber, tooltips: [texts.copy, texts.copied] }} />
                  <Button
                    size="small"
                    onClick={() =>
                      confirm({ title: mine.rotateTitle, consequence: mine.rotateResult, action: mine.rotate, isDangerous: true, run: rotate })
                    }
                  >
                    {mine.rotate}
                  </Button>
                </Flex>
                <Typography.Text type="secondary">{mine.plateHint}</Typography.Text>
              </Flex>
            ),
          },
          { key: 'status', label: tenants.status, children: <TenantStatusTag status={tenant.status} /> },
          { key: 'createdAt', label: tenants.createdAt, children: moment(tenant.createdAt) },
        ]}
      />
    </Card>
  );
}

function SignInRules({ tenant }: { tenant: Tenant }) {
  const { mine } = useTexts().tenants;
  const change = useChange(tenant, mine.settingsSaved);
  return (
    <Card title={mine.signIn}>
      <Flex gap={12} align="start">
        <Switch
          aria-label={mine.requirePasswordChange}
          checked={tenant.settings.requirePasswordChange}
          loading={change.isPending}
          onChange={(requirePasswordChange) => change.mutate({ settings: { requirePasswordChange } })}
        />
        <div>
          {mine.requirePasswordChange}
          <br />
          <Typography.Text type="secondary">{mine.requirePasswordChangeHint}</Typography.Text>
        </div>
      </Flex>
    </Card>
  );
}

/** What employees see of each other in the portal. */
function Portal({ tenant }: { tenant: Tenant }) {
  const { mine } = useTexts().tenants;
  const change = useChange(tenant, mine.settingsSaved);
  const { colleagues, showMobiles } = tenant.settings;
  const scopes = (['everyone', 'ownDepartments', 'nobody'] as const).map((value) => ({ value, label: mine.visible[value] }));
  return (
    <Card title={mine.portal}>
      <Flex vertical gap={16} align="start">
        <div>
          {mine.colleagues}
          <br />
          <Segmented
            aria-label={mine.colleagues}
            options={scopes}
            value={colleagues}
            disabled={change.isPending}
            onChange={(chosen) => change.mutate({ settings: { colleagues: chosen } })}
          />
        </div>
        <Flex gap={12}>
          <Switch
            aria-label={mine.showMobiles}
            checked={showMobiles}
            disabled={colleagues === 'nobody'}
            loading={change.isPending}
            onChange={(checked) => change.mutate({ settings: { showMobiles: checked } })}
          />
          {mine.showMobiles}
        </Flex>
      </Flex>
    </Card>
  );
}

function InUse({ tenant }: { tenant: Tenant }) {
  const { mine } = useTexts().tenants;
  const confirm = useConfirm();
  const isActive = tenant.status === 'active';
  const changed = useChanged();
  const ask = () =>
    confirm({
      title: isActive ? mine.disableTitle(tenant.name) : mine.enableTitle(tenant.name),
      consequence: isActive ? mine.disableHint : mine.enableResult,
      action: isActive ? mine.disable : mine.enable,
      isDangerous: isActive,
      done: isActive ? mine.disabled(tenant.name) : mine.enabled(tenant.name),
      run: () => changeTenant(tenant.id, { status: isActive ? 'disabled' : 'active' }).then(changed),
    });
  return (
    <Card title={mine.danger}>
      <Flex gap={16} align="center" justify="space-between" wrap>
        <Typography.Text type="secondary" style={{ flex: '1 1 320px' }}>
          {isActive ? mine.disableHint : mine.enableResult}
        </Typography.Text>
        <Button danger={isActive} onClick={ask}>
          {isActive ? mine.disable : mine.enable}
        </Button>
      </Flex>
    </Card>
  );
}
