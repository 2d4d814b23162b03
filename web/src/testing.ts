// What jsdom lacks and antd asks for.
import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

window.matchMedia = (query) =>
  ({ matches: false, media: query, addEventListener: ignore, removeEventListener: ignore, addListener: ignore, removeListener: ignore }) as unknown as MediaQueryList;
const styleOf = window.getComputedStyle.bind(window);
window.getComputedStyle = (element) => styleOf(element);
class NoResizes {
  observe = ignore;
  unobserve = ignore;
  disconnect = ignore;
}
window.ResizeObserver = NoResizes;

// How long to wait for what never comes; what does come is seen at once.
// Whether an element can be seen is asked of every ancestor's style, which is most of the time that a test takes.
configure({ asyncUtilTimeout: 20_000, defaultHidden: true });
afterEach(cleanup);

function ignore(): void {
  // Nothing changes size or theme in a test.
}
