import { Button, Checkbox, Flex, Form, Input, Modal, Typography } from 'antd';
import { useState } from 'react';
import { restoreBackup, type Backup, type RestoreTerms } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { useAct } from '../../shared/useAct';
import { RestoreProgress } from './RestoreProgress';

interface Answers {
  passphrase?: string;
  withoutKey?: boolean;
  replaceData?: boolean;
}

/** Puts a backup in the place of everything: says first what that means, then shows how far it is. */
export function Restore({ backup }: { backup: Backup }) {
  const texts = useTexts();
  const { restore } = texts.system.backups;
  const { moment } = useFormats();
  const [isAsking, setIsAsking] = useState(false);
  const [isRunning, setIsRunning] = useState(false);
  const [form] = Form.useForm<Answers>();
  const isConfirmed = Form.useWatch('replaceData', form) ?? false;
  const begin = useAct({
    act: ({ passphrase, withoutKey = false }: Answers) => {
      const terms: RestoreTerms = { replaceData: true, withoutKey, ...(passphrase && { passphrase }) };
      return restoreBackup(backup.id, terms);
    },
    onDone: () => {
      setIsAsking(false);
      setIsRunning(true);
    },
  });
  return (
    <>
      <Button size="small" onClick={() => setIsAsking(true)}>
        {restore.action}
      </Button>
      <Modal
        open={isAsking}
        title={restore.title(moment(backup.createdAt))}
        okText={restore.deed}
        okButtonProps={{ danger: true, disabled: !isConfirmed, loading: begin.isPending }}
        cancelText={texts.cancel}
        onOk={() => form.submit()}
        onCancel={() => setIsAsking(false)}
        destroyOnHidden
      >
        <Form form={form} layout="vertical" preserve={false} onFinish={(answers) => begin.mutate(answers)}>
          <Flex vertical gap={8}>
            <ul>
              {restore.effects.map((effect) => (
                <li key={effect}>
                  <Typography.Text>{effect}</Typography.Text>
                </li>
              ))}
            </ul>
            {backup.encrypted ? (
              <Form.Item name="passphrase" label={restore.passphrase} extra={restore.passphraseHint}>
                <Input.Password autoComplete="off" />
              </Form.Item>
            ) : (
              <Form.Item name="withoutKey" valuePropName="checked" noStyle>
                <Checkbox>{restore.withoutKey}</Checkbox>
              </Form.Item>
            )}
            <Form.Item name="replaceData" valuePropName="checked" noStyle>
              <Checkbox>{restore.confirm}</Checkbox>
            </Form.Item>
          </Flex>
        </Form>
      </Modal>
      {isRunning && <RestoreProgress onClose={() => setIsRunning(false)} />}
    </>
  );
}
