import { useMutation } from '@tanstack/react-query';
import { App, Form, Input, Modal, Typography } from 'antd';
import { changeMember, type ChangeMember, type Member } from '../../api';
import { useTexts } from '../../i18n';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { useMemberChanged } from './useMemberChanged';

const FIELDS = ['name', 'mobile', 'jobNumber', 'title', 'email', 'orgEmail', 'telephone', 'workPlace', 'remark'] as const;
type Field = (typeof FIELDS)[number];
type Fields = Record<Field, string>;

interface Props {
  tenantId: number;
  member: Member;
  open: boolean;
  onClose: () => void;
}

/** Edits a profile by hand. Only what was really changed is sent, for each change pins its field. */
export function EditMember({ tenantId, member, open, onClose }: Props) {
  const texts = useTexts();
  const { directory } = texts;
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const changed = useMemberChanged(tenantId, member.id);
  const before = current(member);
  const save = useMutation({
    mutationFn: (fields: Fields) => {
      const changes = differences(before, fields);
      return Object.keys(changes).length > 0 ? changeMember(tenantId, member.id, changes) : Promise.resolve(null);
    },
    onSuccess: async () => {
      await changed();
      void message.success(directory.member.saved);
      onClose();
    },
  });
  return (
    <Modal
      open={open}
      title={directory.member.editTitle}
      okText={texts.save}
      cancelText={texts.cancel}
      confirmLoading={save.isPending}
      onOk={form.submit}
      onCancel={onClose}
      afterClose={save.reset}
      destroyOnHidden
    >
      <Typography.Paragraph type="secondary">{directory.member.editHint}</Typography.Paragraph>
      <Form form={form} layout="vertical" requiredMark={false} preserve={false} initialValues={before} onFinish={(fields) => save.mutate(fields)}>
        {FIELDS.map((field) => (
          <Form.Item
            key={field}
            name={field}
            label={directory.fields[field]}
            rules={field === 'name' ? [{ required: true, whitespace: true, message: texts.required }] : []}
            {...(field === 'mobile' && {
              extra: member.mobile === undefined ? directory.member.keepEmptyMobile : directory.member.keepMobile(member.mobile),
            })}
          >
            {field === 'remark' ? <Input.TextArea maxLength={1000} rows={3} /> : <Input maxLength={1000} autoComplete="off" />}
          </Form.Item>
        ))}
      </Form>
      <ProblemAlert error={save.error} />
    </Modal>
  );
}

/** What the form starts with. The number is not known here in full: an empty field leaves it alone. */
function current(member: Member): Fields {
  const values = FIELDS.map((field) => [field, field === 'mobile' ? '' : (member[field] ?? '')]);
  return Object.fromEntries(values) as Fields;
}

/** The fields that differ; an emptied one is sent as empty. */
export function differences(before: Fields, after: Partial<Fields>): ChangeMember {
  const changes = FIELDS.map((field) => [field, (after[field] ?? '').trim()] as const);
  return Object.fromEntries(changes.filter(([field, value]) => value !== before[field]));
}
