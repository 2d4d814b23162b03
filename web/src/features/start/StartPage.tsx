import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Flex, Form, Input } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { createTenant } from '../../api';
import { useTexts } from '../../i18n';
import { FormFoot } from '../../shared/FormFoot';
import { Page } from '../../shared/Page';
import { TENANTS } from '../tenants/tenantsQuery';
import { suggestHouseNumber } from './houseNumber';

interface Fields {
  name: string;
  houseNumber: string;
}

/** The first tenant: its name, and its house number, of which one is suggested. Goes on to its DingTalk application. */
export function StartPage() {
  const texts = useTexts();
  const { start } = texts;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [suggested] = useState(() => suggestHouseNumber());
  const [form] = Form.useForm<Fields>();
  const create = useMutation({
    mutationFn: ({ name, houseNumber }: Fields) => createTenant({ name: name.trim(), houseNumber: houseNumber.toUpperCase() }),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: TENANTS });
      await navigate(`/tenants/${id}/start`);
    },
  });
  return (
    <Page title={start.tenantTitle} intro={start.tenantIntro}>
      <Card style={{ maxWidth: 560 }}>
        <Form<Fields>
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={{ houseNumber: suggested }}
          onFinish={(fields) => create.mutate(fields)}
        >
          <Form.Item name="name" label={texts.tenants.name} rules={[{ required: true, whitespace: true, message: texts.required }]}>
            <Input autoFocus maxLength={100} />
          </Form.Item>
          <Form.Item label={texts.tenants.houseNumber} htmlFor="houseNumber" extra={start.houseNumberHint}>
            <Flex gap={8}>
              <Form.Item
                name="houseNumber"
                noStyle
                rules={[
                  { required: true, message: texts.required },
                  { pattern: /^[0-9a-z]{6}$/i, message: texts.tenants.houseNumberRule },
                ]}
              >
                <Input maxLength={6} autoComplete="off" style={{ width: 160, textTransform: 'uppercase' }} />
              </Form.Item>
              <Button onClick={() => form.setFieldValue('houseNumber', suggestHouseNumber())}>{start.another}</Button>
            </Flex>
          </Form.Item>
          <FormFoot sending={create}>{start.goOn}</FormFoot>
        </Form>
      </Card>
    </Page>
  );
}
