import { Input } from 'antd';
import { useEffect, useState, type CSSProperties } from 'react';
import { useDelayed } from './useDelayed';

interface Props {
  label: string;
  /** What is searched for now. */
  value: string;
  onChange: (value: string) => void;
  style?: CSSProperties;
}

/** A field that searches while it is typed in, once the typing pauses. */
export function SearchField({ label, value, onChange, style }: Props) {
  const [typed, setTyped] = useState(value);
  const settled = useDelayed(typed.trim());
  useEffect(() => {
    if (settled !== value) onChange(settled);
    // Only the typing moves the search; what moves otherwise must not take letters away from who types.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  return (
    <Input
      type="search"
      allowClear
      aria-label={label}
      placeholder={label}
      value={typed}
      style={{ maxWidth: 360, ...style }}
      onChange={({ target }) => setTyped(target.value)}
    />
  );
}
