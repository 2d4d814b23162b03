import { useEffect, useState } from 'react';

/** The value as it was when it last stood still for a while, so that not every letter asks the server. */
export function useDelayed<T>(value: T, milliseconds = 200): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
