import { useId, type ButtonHTMLAttributes, type SyntheticEvent, type InputHTMLAttributes } from 'react';
import styles from './forms.module.css';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: 'main' | 'quiet' | 'plain';
  isBusy?: boolean;
}

/** A button. One that is busy cannot be pressed again. */
export function Button({ kind = 'main', isBusy = false, type = 'button', className = '', ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={`${styles.button ?? ''} ${styles[kind] ?? ''} ${className}`}
      disabled={isBusy || rest.disabled}
      aria-busy={isBusy}
    />
  );
}

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: string;
}

/** An input with its label above and a hint below. */
export function Field({ label, hint, ...rest }: FieldProps) {
  const id = useId();
  return (
    <p className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input id={id} aria-describedby={hint ? `${id}-hint` : undefined} {...rest} />
      {hint && <small id={`${id}-hint`}>{hint}</small>}
    </p>
  );
}

/** Takes over what the browser would do with a form. */
export function submitted(take: (form: FormData) => void) {
  return (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    take(new FormData(event.currentTarget));
  };
}

/** A field of a form as text. */
export function text(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
