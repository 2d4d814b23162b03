import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Card, Flex, Form, Radio, Typography } from 'antd';
import { useState } from 'react';
import { changeTenant, type Tenant } from '../../api';
import { useTexts } from '../../i18n';
import { FormFoot } from '../../shared/FormFoot';
import { tenantKey } from '../tenants/TenantScope';
import { DepartmentPicker } from './DepartmentPicker';

/** Which departments are brought in, chosen from DingTalk's own tree as it is now. */
export function ScopeTab({ tenant, onSaved }: { tenant: Tenant; onSaved?: () => void }) {
  const { scope } = useTexts().dingtalk;
  const queries = useQueryClient();
  const { message } = App.useApp();
  const { rootDepartments, excludedDepartments } = tenant.settings;
  const [isChosen, setIsChosen] = useState(rootDepartments.length > 0);
  const [roots, setRoots] = useState(rootDepartments);
  const [excluded, setExcluded] = useState(excludedDepartments);
  const save = useMutation({
    mutationFn: () =>
      changeTenant(tenant.id, { settings: { rootDepartments: isChosen ? roots : [], excludedDepartments: excluded } }),
    onSuccess: (saved) => {
      queries.setQueryData(tenantKey(tenant.id), saved);
      void message.success(scope.saved);
      onSaved?.();
    },
  });
  return (
    <Card>
      <Form layout="vertical" onFinish={() => save.mutate()}>
        <Typography.Paragraph type="secondary">{scope.intro}</Typography.Paragraph>
        <Form.Item label={scope.which}>
          <Radio.Group
            vertical
            value={isChosen}
            aria-label={scope.which}
            onChange={({ target }) => setIsChosen(target.value as boolean)}
            options={[
              { value: false, label: scope.everything },
              { value: true, label: scope.chosen },
            ]}
          />
        </Form.Item>
        {isChosen && (
          <Form.Item label={scope.roots} htmlFor="scope-roots">
            <DepartmentPicker id="scope-roots" tenantId={tenant.id} value={roots} onChange={setRoots} />
          </Form.Item>
        )}
        <Form.Item label={scope.excluded} htmlFor="scope-excluded" extra={scope.excludedHint}>
          <DepartmentPicker id="scope-excluded" tenantId={tenant.id} value={excluded} onChange={setExcluded} />
        </Form.Item>
        <Flex vertical gap={16} align="flex-start">
          <Alert type="info" showIcon title={scope.guarded} />
          <FormFoot sending={save} disabled={isChosen && roots.length === 0} />
        </Flex>
      </Form>
    </Card>
  );
}
