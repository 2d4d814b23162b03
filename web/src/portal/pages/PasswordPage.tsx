import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { changePassword } from '../api';
import { useInside } from '../door/Door';
import { EntryPage } from '../door/EntryPage';
import { ME } from '../door/useMe';
import { useTexts } from '../i18n';
import { Notice } from '../parts/Notice';
import { Button, Field, submitted, text } from '../parts/forms';
import { ProblemText } from '../parts/states';

/** Another password, by wish or because the default one must not stay. */
export function PasswordPage() {
  const texts = useTexts();
  const { tenantId, me } = useInside();
  const queries = useQueryClient();
  const [differs, setDiffers] = useState(false);
  const change = useMutation({
    mutationFn: changePassword,
    onSuccess: () => queries.invalidateQueries({ queryKey: ME }),
  });
  const submit = submitted((form) => {
    const newPassword = text(form, 'new');
    const agrees = newPassword === text(form, 'repeat');
    setDiffers(!agrees);
    if (agrees) change.mutate({ currentPassword: text(form, 'current'), newPassword });
  });
  if (change.isSuccess) {
    return (
      <EntryPage title={texts.changeTitle}>
        <Notice kind="done">{texts.changed}</Notice>
        <Link to={`/tenantId/${tenantId}`}>{texts.toHome}</Link>
      </EntryPage>
    );
  }
  return (
    <EntryPage title={texts.changeTitle}>
      {me.passwordChangeRequired && <Notice kind="info">{texts.changeRequired}</Notice>}
      {differs && <Notice kind="error">{texts.passwordsDiffer}</Notice>}
      {change.error && !differs && (
        <Notice kind="error">
          <ProblemText error={change.error} />
        </Notice>
      )}
      <form onSubmit={submit}>
        <input type="hidden" name="username" autoComplete="username" value={me.account.username ?? ''} readOnly />
        <Field name="current" label={texts.currentPassword} type="password" autoComplete="current-password" required />
        <Field
          name="new"
          label={texts.newPassword}
          hint={texts.passwordHint}
          type="password"
          autoComplete="new-password"
          minLength={8}
          required
        />
        <Field name="repeat" label={texts.repeatPassword} type="password" autoComplete="new-password" required />
        <Button type="submit" isBusy={change.isPending}>
          {texts.save}
        </Button>
      </form>
      {!me.passwordChangeRequired && <Link to={`/tenantId/${tenantId}/me`}>{texts.back}</Link>}
    </EntryPage>
  );
}
