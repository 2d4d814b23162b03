import { Flex, QRCode, Typography } from 'antd';
import type { Tenant } from '../../api';
import { useTexts } from '../../i18n';
import { Copyable } from '../../shared/Copyable';
import { addressesOf } from './addresses';
import { GuessedAddress } from './GuessedAddress';

/** What is pasted into DingTalk's console, with a code to try the portal on a phone. */
export function Addresses({ tenant }: { tenant: Tenant }) {
  const { addresses } = useTexts().dingtalk;
  const { portal, redirect, callback } = addressesOf(tenant);
  const rows = [
    { name: addresses.mobileHome, value: portal },
    { name: addresses.pcHome, value: portal },
    { name: addresses.redirect, value: redirect },
    { name: addresses.callback, value: callback, hint: addresses.callbackHint },
  ];
  return (
    <Flex gap={24} wrap>
      <Flex vertical gap={12} flex="1 1 360px">
        {rows.map(({ name, value, hint }) => (
          <div key={name}>
            <Typography.Text strong>{name}</Typography.Text>
            <br />
            <Copyable value={value} label={name} />
            {hint && (
              <>
                <br />
                <Typography.Text type="secondary">{hint}</Typography.Text>
              </>
            )}
          </div>
        ))}
        <GuessedAddress tenant={tenant} />
      </Flex>
      <Flex vertical align="center" gap={8} role="img" aria-label={addresses.code(portal)}>
        <span aria-hidden>
          <QRCode value={portal} size={132} type="svg" color="#000000" bgColor="#ffffff" />
        </span>
        <Typography.Text type="secondary">{addresses.scan}</Typography.Text>
      </Flex>
    </Flex>
  );
}
