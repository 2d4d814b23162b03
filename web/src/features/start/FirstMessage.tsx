import { useQuery } from '@tanstack/react-query';
import { Button, Card, Flex, Form, Input, Result, Select } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { listMembers, sendMessage } from '../../api';
import { useTexts } from '../../i18n';
import { useAct } from '../../shared/useAct';
import { useDelayed } from '../../shared/useDelayed';

interface Fields {
  memberId: string;
  text: string;
}

/** A notification to oneself: the proof that the AgentId is right and that messages arrive. */
export function FirstMessage({ tenantId }: { tenantId: number }) {
  const texts = useTexts();
  const { start } = texts;
  const [typed, setTyped] = useState('');
  const q = useDelayed(typed.trim());
  const people = useQuery({
    queryKey: ['members', tenantId, 'pick', q],
    queryFn: () => listMembers(tenantId, { status: 'active', ...(q && { q }) }),
    placeholderData: (before) => before,
  });
  const send = useAct({
    act: ({ memberId, text }: Fields) =>
      sendMessage(tenantId, { content: { type: 'text', text }, audience: { memberIds: [memberId] } }, crypto.randomUUID()),
  });
  if (send.isSuccess) {
    return (
      <Card>
        <Result
          status="success"
          title={start.message.sent}
          subTitle={start.message.look}
          extra={[
            <Link key="follow" to={`/tenants/${tenantId}/messages/${send.data.id}`}>
              {start.message.follow}
            </Link>,
            <Button key="again" onClick={() => send.reset()}>
              {start.message.again}
            </Button>,
          ]}
        />
      </Card>
    );
  }
  return (
    <Card>
      <Form<Fields> layout="vertical" requiredMark={false} initialValues={{ text: start.message.text }} onFinish={(fields) => send.mutate(fields)}>
        <Form.Item name="memberId" label={start.message.to} rules={[{ required: true, message: texts.required }]}>
          <Select
            style={{ maxWidth: 420 }}
            placeholder={start.message.pick}
            loading={people.isFetching}
            showSearch={{ filterOption: false, onSearch: setTyped }}
            options={(people.data?.items ?? []).map(({ id, name, mobile }) => ({
              value: id,
              label: [name, mobile].filter(Boolean).join(' · '),
            }))}
          />
        </Form.Item>
        <Form.Item name="text" label={start.message.words} rules={[{ required: true, whitespace: true, message: texts.required }]}>
          <Input.TextArea rows={3} maxLength={500} style={{ maxWidth: 560 }} />
        </Form.Item>
        <Flex>
          <Button type="primary" htmlType="submit" loading={send.isPending}>
            {start.message.send}
          </Button>
        </Flex>
      </Form>
    </Card>
  );
}
