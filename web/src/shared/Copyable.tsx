import { Typography } from 'antd';
import { useTexts } from '../i18n';
import styles from './Copyable.module.css';

/** A value that is meant to be pasted elsewhere, with the button that copies it. */
export function Copyable({ value, label }: { value: string; label?: string }) {
  const { copy, copied } = useTexts();
  return (
    <Typography.Text className={styles.value ?? ''} copyable={{ text: value, tooltips: [label ? `${copy} ${label}` : copy, copied] }}>
      {value}
    </Typography.Text>
  );
}
