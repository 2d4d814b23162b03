import { followMessage, getMessage, type Message } from '../../api';
import { useLive, type Live } from '../../shared/useLive';
import { messageKey, messagesKey, recipientsKey } from './keys';
import { askAgainIn } from './states';

const MESSAGE: Live<Message> = {
  key: messageKey,
  ask: getMessage,
  follow: followMessage,
  askAgainIn,
  // The news leave out the calls and their tasks; those that are known stay.
  merge: ({ calls, tasks }, seen) => ({ ...(calls && { calls }), ...(tasks && { tasks }), ...seen }),
  moves: (tenantId, messageId) => [recipientsKey(tenantId, messageId)],
  ends: (tenantId) => [messagesKey(tenantId)],
};

/** One message, live; `isFollowed` while the server tells what becomes of it. */
export function useMessage(tenantId: number, messageId: string) {
  const { query: message, isFollowed } = useLive(MESSAGE, tenantId, messageId);
  return { message, isFollowed };
}
