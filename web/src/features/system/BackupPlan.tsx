import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Form, InputNumber } from 'antd';
import { getBackupPlan, setBackupPlan, type BackupPlan as Plan } from '../../api';
import { useTexts } from '../../i18n';
import { FormFoot } from '../../shared/FormFoot';
import { Loaded } from '../../shared/Loaded';
import { draftOf, ScheduleFields, scheduleOf, type ScheduleDraft } from '../../shared/ScheduleFields';

const PLAN = ['backups', 'plan'] as const;

interface Fields extends ScheduleDraft {
  keep: number;
}

/** When backups are made by themselves, and how many of those are kept. */
export function BackupPlan() {
  const query = useQuery({ queryKey: PLAN, queryFn: getBackupPlan });
  return <Loaded query={query}>{(plan) => <Choice plan={plan} />}</Loaded>;
}

function Choice({ plan }: { plan: Plan }) {
  const texts = useTexts();
  const { plan: text } = texts.system.backups;
  const queries = useQueryClient();
  const { message } = App.useApp();
  const save = useMutation({
    mutationFn: ({ keep, ...draft }: Fields) => setBackupPlan({ schedule: scheduleOf(draft), keep }),
    onSuccess: (saved) => {
      queries.setQueryData(PLAN, saved);
      void message.success(text.saved);
    },
  });
  return (
    <Form<Fields>
      layout="vertical"
      requiredMark={false}
      initialValues={{ ...draftOf(plan.schedule), keep: plan.keep }}
      onFinish={(fields) => save.mutate(fields)}
    >
      <ScheduleFields label={text.when} hint={text.hint} />
      <Form.Item name="keep" label={text.keep} extra={text.keepHint} rules={[{ required: true, message: texts.required }]}>
        <InputNumber min={1} max={365} precision={0} />
      </Form.Item>
      <FormFoot sending={save} />
    </Form>
  );
}
