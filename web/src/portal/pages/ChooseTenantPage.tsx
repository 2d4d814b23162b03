import { useNavigate } from 'react-router';
import { EntryPage } from '../door/EntryPage';
import { useMe } from '../door/useMe';
import { useTexts } from '../i18n';
import { Button, Field, submitted, text } from '../parts/forms';
import { Link } from 'react-router';

/** Where the address names no tenant: one's own, or one by its number. */
export function ChooseTenantPage() {
  const texts = useTexts();
  const navigate = useNavigate();
  const me = useMe();
  const homes = me.data?.tenants.filter((tenant) => tenant.memberId) ?? [];
  return (
    <EntryPage title={texts.chooseTenant}>
      {homes.map((tenant) => (
        <Link key={tenant.id} to={`/tenantId/${tenant.id}`}>
          {tenant.name}
        </Link>
      ))}
      <form onSubmit={submitted((form) => void navigate(`/tenantId/${text(form, 'tenant')}`))}>
        <Field
          name="tenant"
          label={texts.tenantNumber}
          hint={texts.tenantNumberHint}
          inputMode="numeric"
          pattern="[0-9]{1,9}"
          required
        />
        <Button type="submit">{texts.enter}</Button>
      </form>
    </EntryPage>
  );
}
