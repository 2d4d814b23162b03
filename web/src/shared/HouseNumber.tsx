import styles from './HouseNumber.module.css';

/** A house number, shown as what it is: an enamelled plate. */
export function HouseNumber({ value, label }: { value: string; label: string }) {
  return (
    <span className={styles.plate} role="img" aria-label={`${label} ${value}`}>
      {value}
    </span>
  );
}
