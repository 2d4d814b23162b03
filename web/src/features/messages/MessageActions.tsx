import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { cancelMessage, recallMessage, resendMessage, sentence, type Message } from '../../api';
import { useTexts } from '../../i18n';
import { useConfirm } from '../../shared/useConfirm';
import { messagesKey } from './keys';
import { isCancellable, isRecallable, resendable } from './states';

/** Taking a message back, and sending it again to those whom it did not reach. */
export function MessageActions({ tenantId, message }: { tenantId: number; message: Message }) {
  const { acts } = useTexts().messages;
  const queries = useQueryClient();
  const { modal, message: notice } = App.useApp();
  const confirm = useConfirm();
  // Also after a failure: what is shown may have been wrong.
  const refresh = () => queries.invalidateQueries({ queryKey: messagesKey(tenantId) });
  const recall = async () => {
    const { recalled, refused } = await recallMessage(tenantId, message.id).finally(refresh);
    if (refused.length === 0) return void notice.success(acts.recalled);
    modal.warning({
      title: acts.partlyRecalled(recalled.length, refused.length),
      content: refused.map(({ taskId, detail }) => <div key={taskId}>{sentence(detail)}</div>),
    });
  };
  const resend = async () => {
    const { queued, left } = await resendMessage(tenantId, message.id).finally(refresh);
    void notice.success(acts.resent(queued, left));
  };
  const cancel = async () => {
    const { cancelled, underWay, sent } = await cancelMessage(tenantId, message.id).finally(refresh);
    void notice.success(acts.cancelled(cancelled, underWay + sent));
  };
  const again = resendable(message);
  return (
    <>
      {again > 0 && message.recalledAt === undefined && (
        <Button onClick={() => confirm({ title: acts.resendTitle(again), consequence: acts.resendResult, action: acts.resend, run: resend })}>
          {acts.resend}
        </Button>
      )}
      {isCancellable(message) && (
        <Button
          danger
          onClick={() =>
            confirm({ title: acts.cancelTitle, consequence: acts.cancelResult, action: acts.cancel, isDangerous: true, run: cancel })
          }
        >
          {acts.cancel}
        </Button>
      )}
      {isRecallable(message) && (
        <Button
          danger
          onClick={() =>
            confirm({ title: acts.recallTitle, consequence: acts.recallResult, action: acts.recall, isDangerous: true, run: recall })
          }
        >
          {acts.recall}
        </Button>
      )}
    </>
  );
}
