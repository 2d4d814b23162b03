import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Flex, Form, InputNumber, Switch } from 'antd';
import { changeTenant, type Tenant } from '../../api';
import { useTexts } from '../../i18n';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { draftOf, ScheduleFields, scheduleOf, type ScheduleDraft } from '../../shared/ScheduleFields';
import { tenantKey } from '../tenants/TenantScope';
import styles from './SettingsTab.module.css';

interface Fields extends ScheduleDraft {
  guardMinimum: number;
  guardPercent: number;
  includeSchoolContacts: boolean;
  historyDays: number;
}

/** When it synchronises by itself, and what it must not do without being asked. */
export function SettingsTab({ tenant, onSaved }: { tenant: Tenant; onSaved?: () => void }) {
  const texts = useTexts();
  const { settings: text } = texts.dingtalk;
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const save = useMutation({
    mutationFn: (fields: Fields) => changeTenant(tenant.id, { settings: { ...guard(fields), schedule: scheduleOf(fields) } }),
    onSuccess: (saved) => {
      queries.setQueryData(tenantKey(tenant.id), saved);
      void message.success(text.saved);
      onSaved?.();
    },
  });
  const required = [{ required: true, message: texts.required }];
  return (
    <Form<Fields> form={form} layout="vertical" requiredMark={false} initialValues={initial(tenant)} onFinish={(fields) => save.mutate(fields)}>
      <Flex vertical gap={16}>
        <Card title={text.schedule}>
          <ScheduleFields label={text.when} hint={text.jitter} />
        </Card>
        <Card title={text.guard}>
          <Flex gap={24} wrap align="flex-start">
            <Form.Item name="guardMinimum" className={styles.figure ?? ''} label={text.guardMinimum} extra={text.guardHint} rules={required}>
              <InputNumber min={0} precision={0} />
            </Form.Item>
            <Form.Item name="guardPercent" className={styles.figure ?? ''} label={text.guardPercent} rules={required}>
              <InputNumber min={0} max={100} precision={0} suffix="%" />
            </Form.Item>
            <Form.Item name="historyDays" className={styles.figure ?? ''} label={text.historyDays} rules={required}>
              <InputNumber min={1} max={3650} precision={0} />
            </Form.Item>
          </Flex>
          <Form.Item name="includeSchoolContacts" label={text.school} extra={text.schoolHint} valuePropName="checked">
            <Switch />
          </Form.Item>
        </Card>
        <ProblemAlert error={save.error} />
        <div>
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {texts.save}
          </Button>
        </div>
      </Flex>
    </Form>
  );
}

function initial({ settings }: Tenant): Fields {
  const { schedule, guardMinimum, guardPercent, includeSchoolContacts, historyDays } = settings;
  return {
    ...draftOf(schedule),
    guardMinimum,
    guardPercent,
    includeSchoolContacts,
    historyDays,
  };
}

function guard({ guardMinimum, guardPercent, includeSchoolContacts, historyDays }: Fields) {
  return { guardMinimum, guardPercent, includeSchoolContacts, historyDays };
}
