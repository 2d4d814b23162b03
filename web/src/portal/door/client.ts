/** The DingTalk client that the page may run in. Loaded only there: an ordinary browser does without. */
import dd from 'dingtalk-jsapi/entry/union';
// By name: what is the default of a CommonJS module is not the same for every bundler.
import { requestAuthCode$ as requestAuthCodeOfOlderClients } from 'dingtalk-jsapi/api/runtime/permission/requestAuthCode';
import { requestAuthCode$ as requestAuthCode } from 'dingtalk-jsapi/api/union/requestAuthCode';

/** How long the client may take to answer, in milliseconds; some never do when the page's address is not registered. */
const PATIENCE = 15_000;

/** A sign-in code for this enterprise and application. */
export async function authCode(corpId: string, clientId: string): Promise<string> {
  const { code } = await Promise.race([ask(corpId, clientId), tooLate()]);
  if (!code) throw new Error('the client gave no code');
  return code;
}

async function ask(corpId: string, clientId: string): Promise<{ code?: string }> {
  const answer: unknown = isNew(dd.env.version)
    ? await requestAuthCode({ corpId, clientId })
    : await requestAuthCodeOfOlderClients({ corpId });
  return answer as { code?: string };
}

/** Whether the client knows the newer call: 7.0.50 and later do on every system. */
function isNew(version = ''): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return major > 7 || (major === 7 && (minor > 0 || patch >= 50));
}

function tooLate(): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new Error('the client did not answer')), PATIENCE));
}
