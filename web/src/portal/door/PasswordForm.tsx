import { useMutation, useQueryClient } from '@tanstack/react-query';
import { createSession } from '../api';
import { useTexts } from '../i18n';
import { Notice } from '../parts/Notice';
import { Button, Field, submitted, text } from '../parts/forms';
import { ProblemText } from '../parts/states';
import { ME } from './useMe';

/** Mobile number and password. */
export function PasswordForm({ isFirst }: { isFirst: boolean }) {
  const texts = useTexts();
  const queries = useQueryClient();
  const signIn = useMutation({
    mutationFn: (form: FormData) =>
      createSession({ username: text(form, 'username'), password: text(form, 'password') }),
    onSuccess: () => queries.resetQueries({ queryKey: ME }),
  });
  return (
    <form onSubmit={submitted((form) => signIn.mutate(form))}>
      {signIn.error && (
        <Notice kind="error">
          <ProblemText error={signIn.error} />
        </Notice>
      )}
      <Field name="username" label={texts.account} autoComplete="username" inputMode="tel" required />
      <Field name="password" label={texts.passwordField} type="password" autoComplete="current-password" required />
      <Button type="submit" kind={isFirst ? 'main' : 'quiet'} isBusy={signIn.isPending}>
        {isFirst ? texts.signIn : texts.withPassword}
      </Button>
    </form>
  );
}
