import { useLayoutEffect } from 'react';

/**
 * Gives the focus back to what had it when a drawer opened. The drawer does so itself at the end of its movement, but
 * not when it is closed before it has come to rest: then it is gone at once, and nothing has the focus.
 */
export function useFocusBack(isOpen: boolean): void {
  useLayoutEffect(() => {
    if (!isOpen) return undefined;
    const opener = document.activeElement;
    return () => {
      requestAnimationFrame(() => {
        const isLost = document.activeElement === document.body;
        if (isLost && opener instanceof HTMLElement) opener.focus({ preventScroll: true });
      });
    };
  }, [isOpen]);
}
