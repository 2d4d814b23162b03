// Plays DingTalk's client on a phone: what the page's own copy of dingtalk-jsapi looks for, and nothing more.
import type { BrowserContext } from '@playwright/test';
import type { Appliance, Connected } from './appliance.ts';

/** What DingTalk's client on Android calls itself. */
export const USER_AGENT =
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/124.0 ' +
  'Mobile Safari/537.36 AliApp(DingTalk/7.6.0) com.alibaba.android.rimet/0 Channel/700159 language/zh-CN';

interface Asked {
  service: string;
  action: string;
  parameters: { corpId?: string; clientId?: string };
}

/** Opens every page of the context inside the client, as this person; gives what the pages asked the client for. */
export async function insideDingTalk(
  context: BrowserContext,
  appliance: Appliance,
  { clientId }: Connected,
  userid: string,
): Promise<Asked[]> {
  const asked: Asked[] = [];
  await context.exposeFunction('askTheClient', async (question: Asked) => {
    asked.push(question);
    const { code } = await appliance.control<{ code: string }>('POST', '/codes', { clientId, userid });
    return code;
  });
  await context.addInitScript(() => {
    type Take = (answer: unknown) => void;
    const ask = (window as unknown as { askTheClient: (question: unknown) => Promise<string> }).askTheClient;
    const bridge = (success: Take, fail: Take, service: string, action: string, parameters: object) => {
      const { corpId, clientId } = parameters as { corpId?: string; clientId?: string };
      ask({ service, action, parameters: { corpId, clientId } }).then((code) => success({ code }), fail);
    };
    Object.assign(window, { nuva: { isReady: true, require: () => bridge } });
  });
  return asked;
}
