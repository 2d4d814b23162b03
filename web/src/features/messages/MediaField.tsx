import { useMutation } from '@tanstack/react-query';
import { Button, Flex, Form, Typography, Upload } from 'antd';
import { uploadMedia } from '../../api';
import { useTexts } from '../../i18n';
import { ProblemAlert } from '../../shared/ProblemAlert';

const ENDINGS = { image: '.jpg,.jpeg,.png,.gif,.bmp', file: '.pdf,.doc,.xls,.ppt,.docx,.xlsx,.pptx,.zip,.rar' };

/** Hands a file to DingTalk at once and keeps its id; the file itself is not stored here. */
export function MediaField({ type, tenantId }: { type: 'image' | 'file'; tenantId: number }) {
  const texts = useTexts();
  const { fields } = texts.messages;
  const form = Form.useFormInstance();
  const upload = useMutation({
    mutationFn: (file: File) => uploadMedia(tenantId, type, file),
    onSuccess: ({ mediaId }) => form.setFieldValue('mediaId', mediaId),
  });
  return (
    <Flex vertical gap={12}>
      <Form.Item name="mediaId" label={fields.media[type]} extra={fields.mediaHint[type]} rules={[{ required: true, message: fields.mediaMissing }]}>
        <Choose label={fields.choose} endings={ENDINGS[type]} isPending={upload.isPending} name={upload.data?.name} onChoose={(file) => upload.mutate(file)} />
      </Form.Item>
      <ProblemAlert error={upload.error} />
    </Flex>
  );
}

interface ChooseProps {
  label: string;
  endings: string;
  isPending: boolean;
  name: string | undefined;
  onChoose: (file: File) => void;
}

function Choose({ label, endings, isPending, name, onChoose }: ChooseProps) {
  return (
    <Flex gap={12} align="center" wrap>
      <Upload
        accept={endings}
        maxCount={1}
        showUploadList={false}
        beforeUpload={(file) => {
          onChoose(file);
          return false;
        }}
      >
        <Button loading={isPending}>{label}</Button>
      </Upload>
      {name !== undefined && <Typography.Text>{name}</Typography.Text>}
    </Flex>
  );
}
