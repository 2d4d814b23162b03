import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Flex, Form, Input, InputNumber, Radio, Switch } from 'antd';
import { changeTenant, type Schedule, type ScheduleMode, type Tenant } from '../../api';
import { useTexts } from '../../i18n';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { tenantKey } from '../tenants/TenantScope';

interface Fields {
  mode: ScheduleMode;
  everyHours: number;
  dailyAt: string;
  timeZone: string;
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
  const mode = Form.useWatch('mode', form);
  const save = useMutation({
    mutationFn: (fields: Fields) => changeTenant(tenant.id, { settings: { ...guard(fields), schedule: schedule(fields) } }),
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
          <Form.Item name="mode" label={text.when} extra={text.jitter}>
            <Radio.Group
              options={[
                { value: 'off', label: text.off },
                { value: 'everyHours', label: text.everyHours },
                { value: 'dailyAt', label: text.dailyAt },
              ]}
            />
          </Form.Item>
          {mode === 'everyHours' && (
            <Form.Item name="everyHours" label={text.hours} rules={required}>
              <InputNumber min={1} max={24} precision={0} />
            </Form.Item>
          )}
          {mode === 'dailyAt' && (
            <Flex gap={16} wrap>
              <Form.Item name="dailyAt" label={text.time} rules={required}>
                <Input type="time" style={{ width: 140 }} />
              </Form.Item>
              <Form.Item name="timeZone" label={text.timeZone} rules={required}>
                <Input style={{ width: 220 }} autoComplete="off" />
              </Form.Item>
            </Flex>
          )}
        </Card>
        <Card title={text.guard}>
          <Flex gap={24} wrap>
            <Form.Item name="guardMinimum" label={text.guardMinimum} extra={text.guardHint} rules={required}>
              <InputNumber min={0} precision={0} />
            </Form.Item>
            <Form.Item name="guardPercent" label={text.guardPercent} rules={required}>
              <InputNumber min={0} max={100} precision={0} suffix="%" />
            </Form.Item>
            <Form.Item name="historyDays" label={text.historyDays} rules={required}>
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
    mode: schedule.mode,
    everyHours: schedule.everyHours ?? 6,
    dailyAt: schedule.dailyAt ?? '02:30',
    timeZone: schedule.timeZone ?? 'Asia/Shanghai',
    guardMinimum,
    guardPercent,
    includeSchoolContacts,
    historyDays,
  };
}

function guard({ guardMinimum, guardPercent, includeSchoolContacts, historyDays }: Fields) {
  return { guardMinimum, guardPercent, includeSchoolContacts, historyDays };
}

function schedule({ mode, everyHours, dailyAt, timeZone }: Fields): Schedule {
  if (mode === 'everyHours') return { mode, everyHours };
  if (mode === 'dailyAt') return { mode, dailyAt, timeZone };
  return { mode: 'off' };
}
