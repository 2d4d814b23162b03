import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { followMessage, getMessage, type Message } from '../../api';
import { messageKey, messagesKey } from './keys';
import { askAgainIn, isOpen } from './states';

/**
 * One message, live: the server tells whatever becomes of it. While it cannot, because the line is broken or something
 * between holds the stream back, the message is asked for again and again instead.
 */
export function useMessage(tenantId: number, messageId: string) {
  const queries = useQueryClient();
  const [isFollowed, setIsFollowed] = useState(false);
  const message = useQuery({
    queryKey: messageKey(tenantId, messageId),
    queryFn: () => getMessage(tenantId, messageId),
    refetchInterval: ({ state }) => (isFollowed || !state.data ? false : askAgainIn(state.data)),
  });
  const goesOn = message.data !== undefined && isOpen(message.data);
  useEffect(() => {
    if (!goesOn) return undefined;
    const key = messageKey(tenantId, messageId);
    const stop = followMessage(tenantId, messageId, {
      onMessage: (seen) => {
        setIsFollowed(true);
        // The stream leaves out the calls; those that are known stay.
        queries.setQueryData<Message>(key, (before) => ({ ...before, ...seen }));
        // Of the others, its people and its line in the list.
        void queries.invalidateQueries({ queryKey: recipientsKey(tenantId, messageId) });
        if (isOpen(seen)) return;
        stop();
        void queries.invalidateQueries({ queryKey: messagesKey(tenantId) });
      },
      onBreak: () => setIsFollowed(false),
    });
    return () => {
      stop();
      setIsFollowed(false);
    };
  }, [goesOn, tenantId, messageId, queries]);
  return { message, isFollowed };
}

/** The people of a message; they move with it. */
export const recipientsKey = (tenantId: number, messageId: string) => [...messageKey(tenantId, messageId), 'recipients'] as const;
