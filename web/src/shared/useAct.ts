import { useMutation, type UseMutationResult } from '@tanstack/react-query';
import { App } from 'antd';
import { Problem } from '../api';
import { useTexts } from '../i18n';
import { problemText } from './ProblemAlert';

interface Act<Input, Result> {
  act: (input: Input) => Promise<Result>;
  /** What to say when it is done. */
  done?: string | ((result: Result) => string);
  onDone?: (result: Result, input: Input) => unknown;
  /** Also after a failure: what is shown may have been wrong. */
  onSettled?: () => unknown;
}

/**
 * Something that a button does: says that it is done, or what failed and what to quote. Forms show their failures beside
 * their fields instead, with ProblemAlert.
 */
export function useAct<Input = void, Result = unknown>(of: Act<Input, Result>): UseMutationResult<Result, Error, Input> {
  const texts = useTexts();
  const { message, notification } = App.useApp();
  return useMutation<Result, Error, Input>({
    mutationFn: of.act,
    onSuccess: (result, input) => {
      const said = typeof of.done === 'function' ? of.done(result) : of.done;
      if (said !== undefined) void message.success(said);
      return of.onDone?.(result, input);
    },
    onError: (error) => {
      const requestId = error instanceof Problem ? error.requestId : undefined;
      notification.error({
        title: problemText(error, texts),
        description: requestId && texts.requestId(requestId),
        duration: 12,
      });
    },
    onSettled: () => of.onSettled?.(),
  });
}
