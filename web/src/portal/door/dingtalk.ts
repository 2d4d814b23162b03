/** Whether the page was opened inside DingTalk, on a phone or on a computer. */
export const isInDingTalk = /DingTalk/i.test(navigator.userAgent);

/** The enterprise that DingTalk put into the home page's address (`?corpId=$CORPID$`), if it did. */
export function corpIdOfAddress(): string | undefined {
  const query = new URLSearchParams(window.location.search);
  const corpId = query.get('corpId') ?? query.get('corpid');
  return corpId && /^[\w-]{1,100}$/.test(corpId) ? corpId : undefined;
}

/** What DingTalk's page sent the browser back with. */
export interface ScanAnswer {
  code?: string;
  state: string;
}

/** Reads and removes it from the address, so that it stands in no history. */
export function takeScanAnswer(): ScanAnswer | undefined {
  const query = new URLSearchParams(window.location.search);
  const state = query.get('state');
  const code = query.get('authCode') ?? query.get('code');
  if (!state || !(code || query.has('error'))) return undefined;
  for (const name of ['state', 'authCode', 'code', 'error']) query.delete(name);
  const rest = query.size > 0 ? `?${query.toString()}` : '';
  window.history.replaceState(window.history.state, '', window.location.pathname + rest);
  return code ? { code, state } : { state };
}
