/* eslint-disable @typescript-eslint/no-deprecated -- of createElement, only the overload for unknown names is */

/** This answer's nonce, which the server put into the page: styles made at run time must carry it. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.nonce ?? '';

/**
 * Gives the nonce to every style element that a script makes. antd takes it as a setting, but its lock against
 * scrolling behind a dialogue does not, and the browser would refuse that style.
 */
export function giveNonceToStyles(): void {
  const create = document.createElement.bind(document);
  document.createElement = (name: string, options?: ElementCreationOptions) => {
    const element = create(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  };
}
