import { Flex, Form, Input, InputNumber, Radio } from 'antd';
import type { Schedule, ScheduleMode } from '../api';
import { useTexts } from '../i18n';

/** What a form holds while a schedule is chosen in it. */
export interface ScheduleDraft {
  mode: ScheduleMode;
  everyHours: number;
  dailyAt: string;
  timeZone: string;
}

/** The fields of a schedule, inside a form whose values extend {@link ScheduleDraft}. */
export function ScheduleFields({ label, hint }: { label: string; hint: string }) {
  const { schedule, required } = useTexts();
  const mode = Form.useWatch<ScheduleMode>('mode');
  const needed = [{ required: true, message: required }];
  return (
    <>
      <Form.Item name="mode" label={label} extra={hint}>
        <Radio.Group options={(['off', 'everyHours', 'dailyAt'] as const).map((value) => ({ value, label: schedule[value] }))} />
      </Form.Item>
      {mode === 'everyHours' && (
        <Form.Item name="everyHours" label={schedule.hours} rules={needed}>
          <InputNumber min={1} max={24} precision={0} />
        </Form.Item>
      )}
      {mode === 'dailyAt' && (
        <Flex gap={16} wrap>
          <Form.Item name="dailyAt" label={schedule.time} rules={needed}>
            <Input type="time" style={{ width: 140 }} />
          </Form.Item>
          <Form.Item name="timeZone" label={schedule.timeZone} rules={needed}>
            <Input style={{ width: 220 }} autoComplete="off" />
          </Form.Item>
        </Flex>
      )}
    </>
  );
}

/** A schedule as a form holds it, with what would be proposed for the modes that are not chosen. */
export function draftOf({ mode, everyHours, dailyAt, timeZone }: Schedule): ScheduleDraft {
  return { mode, everyHours: everyHours ?? 6, dailyAt: dailyAt ?? '02:30', timeZone: timeZone ?? 'Asia/Shanghai' };
}

/** What was chosen, without what belongs to the other modes. */
export function scheduleOf({ mode, everyHours, dailyAt, timeZone }: ScheduleDraft): Schedule {
  if (mode === 'everyHours') return { mode, everyHours };
  if (mode === 'dailyAt') return { mode, dailyAt, timeZone };
  return { mode: 'off' };
}
