import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Card, Flex, Form, Input, Radio } from 'antd';
import { getEventSubscription, putEventSubscription, type EventSubscription, type EventTransport, type Tenant } from '../../api';
import { useTexts } from '../../i18n';
import { Copyable } from '../../shared/Copyable';
import { FormFoot } from '../../shared/FormFoot';
import { Loaded } from '../../shared/Loaded';
import { addressesOf } from './addresses';
import styles from './ApplicationTab.module.css';
import { eventsKey } from './dingTalkKey';
import { EventsState } from './EventsState';
import { GuessedAddress } from './GuessedAddress';

/** How often the state of the stream is asked for, in milliseconds. */
const WATCH_EVERY = 5_000;

/** How the tenant hears of changes in DingTalk, and how that stands. */
export function EventsTab({ tenant }: { tenant: Tenant }) {
  const { events } = useTexts().dingtalk;
  const { id: tenantId } = tenant;
  const subscription = useQuery({
    queryKey: eventsKey(tenantId),
    queryFn: () => getEventSubscription(tenantId),
    refetchInterval: WATCH_EVERY,
  });
  return (
    <Loaded query={subscription}>
      {(found) => (
        <div className={styles.columns}>
          <Card title={events.choose}>
            <Choice tenant={tenant} subscription={found} />
          </Card>
          <Card title={events.state}>
            <EventsState subscription={found} />
          </Card>
        </div>
      )}
    </Loaded>
  );
}

interface Fields {
  transport: EventTransport;
  pushToken?: string;
  pushKey?: string;
}

function Choice({ tenant, subscription }: { tenant: Tenant; subscription: EventSubscription }) {
  const texts = useTexts();
  const { events } = texts.dingtalk;
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const transport = Form.useWatch('transport', form);
  const save = useMutation({
    mutationFn: ({ transport, pushToken, pushKey }: Fields) =>
      putEventSubscription(tenant.id, { transport, ...(pushToken && { pushToken }), ...(pushKey && { pushKey }) }),
    onSuccess: (saved) => {
      queries.setQueryData(eventsKey(tenant.id), saved);
      void message.success(events.saved);
    },
  });
  const needed = subscription.pushReady ? [] : [{ required: true, message: texts.required }];
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ transport: subscription.transport }}
      onFinish={(fields) => save.mutate(fields)}
    >
      <Form.Item name="transport" label={events.transport}>
        <Radio.Group
          vertical
          options={[
            { value: 'off', label: events.off },
            { value: 'stream', label: events.stream },
            { value: 'push', label: events.push },
          ]}
        />
      </Form.Item>
      {transport === 'push' && (
        <>
          <Form.Item label={events.address}>
            <Flex vertical gap={8}>
              <Copyable value={addressesOf(tenant).callback} label={events.address} />
              <GuessedAddress tenant={tenant} />
            </Flex>
          </Form.Item>
          <Form.Item name="pushToken" label={events.pushToken} rules={needed} extra={subscription.pushReady && events.keep}>
            <Input.Password autoComplete="off" />
          </Form.Item>
          <Form.Item name="pushKey" label={events.pushKey} rules={needed} extra={subscription.pushReady && events.keep}>
            <Input.Password autoComplete="off" />
          </Form.Item>
        </>
      )}
      <FormFoot sending={save} />
    </Form>
  );
}
