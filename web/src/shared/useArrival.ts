import { useEffect, useRef, type RefObject } from 'react';
import { useLocation } from 'react-router';

/**
 * Brings the keyboard and the screen reader to a page that somebody went to, unless something on it took the focus
 * already. The first page is left alone: the browser reads that one by itself.
 */
export function useArrival(content: RefObject<HTMLElement | null>): void {
  const { pathname } = useLocation();
  const last = useRef(pathname);
  useEffect(() => {
    if (last.current === pathname) return;
    last.current = pathname;
    const main = content.current;
    if (main && !main.contains(document.activeElement)) main.focus();
  }, [pathname, content]);
}
