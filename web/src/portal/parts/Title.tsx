import { useEffect } from 'react';
import { useTexts } from '../i18n';

/** A page's heading, which is also the title of the browser's tab and of DingTalk's window. */
export function Title({ id, children }: { id?: string; children: string }) {
  const { brand } = useTexts();
  useEffect(() => {
    document.title = `${children} · ${brand}`;
  }, [children, brand]);
  return <h1 id={id}>{children}</h1>;
}
