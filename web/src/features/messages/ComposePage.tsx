import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Flex, Form, Segmented } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { sendMessage, type MessageAudience, type NewMessage } from '../../api';
import { useTexts } from '../../i18n';
import { Page } from '../../shared/Page';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { useTenant } from '../tenants/TenantScope';
import { AudiencePicker } from './AudiencePicker';
import { contentOf, WRITTEN, type Draft, type WrittenType } from './content';
import { ContentFields } from './ContentFields';
import { Cost } from './Cost';
import { messagesKey } from './keys';
import { MessagePreview } from './MessagePreview';
import styles from './messages.module.css';

type Delivery = NonNullable<NewMessage['delivery']>;

const EMPTY: Draft = { type: 'text', buttons: [{}], rows: [{}], statusColor: 'green' };

/** Writes a message, shows how it will look, whom it reaches and what it costs, and sends it. */
export function ComposePage() {
  const texts = useTexts();
  const { compose } = texts.messages;
  const { id: tenantId } = useTenant();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [form] = Form.useForm<Draft>();
  const [draft, setDraft] = useState(EMPTY);
  const [audience, setAudience] = useState<MessageAudience>({});
  // One key for one intention: a second click on the same message sends nothing twice.
  const [key, setKey] = useState(() => crypto.randomUUID());
  const changed = () => setKey(crypto.randomUUID());
  const [delivery, setDelivery] = useState<Delivery>('auto');
  const content = contentOf(draft);
  const body: NewMessage = { content, audience, delivery };
  const send = useMutation({
    mutationFn: () => sendMessage(tenantId, body, key),
    onSuccess: async ({ id, accepted }) => {
      void message.success(compose.accepted(accepted));
      await queries.invalidateQueries({ queryKey: messagesKey(tenantId) });
      await navigate(`/tenants/${tenantId}/messages/${id}`);
    },
  });
  return (
    <Page title={compose.title} intro={compose.intro}>
      <div className={styles.columns}>
        <Flex vertical gap={16}>
          <Card title={compose.content}>
            <Form
              form={form}
              layout="vertical"
              requiredMark={false}
              initialValues={EMPTY}
              onValuesChange={(_, all) => {
                setDraft((before) => ({ ...before, ...all }));
                changed();
              }}
              onFinish={() => send.mutate()}
            >
              <Form.Item label={compose.type}>
                <Segmented<WrittenType>
                  aria-label={compose.type}
                  value={draft.type}
                  options={WRITTEN.map((value) => ({ value, label: texts.messages.types[value] }))}
                  onChange={(type) => {
                    setDraft((before) => ({ ...before, type }));
                    changed();
                  }}
                />
              </Form.Item>
              <ContentFields type={draft.type} tenantId={tenantId} />
            </Form>
          </Card>
          <Card title={compose.audience}>
            <AudiencePicker
              tenantId={tenantId}
              value={audience}
              onChange={(value) => {
                setAudience(value);
                changed();
              }}
            />
          </Card>
        </Flex>
        <Flex vertical gap={16} className={styles.aside}>
          <Card title={compose.preview} size="small">
            <MessagePreview content={content} />
          </Card>
          <Cost tenantId={tenantId} message={body} delivery={delivery} onDelivery={setDelivery} />
          <ProblemAlert error={send.error} />
          <Button type="primary" size="large" loading={send.isPending} disabled={isNobody(audience)} onClick={form.submit}>
            {compose.send}
          </Button>
        </Flex>
      </div>
    </Page>
  );
}

function isNobody({ everyone, departmentIds, memberIds }: MessageAudience): boolean {
  return !everyone && !departmentIds?.length && !memberIds?.length;
}
