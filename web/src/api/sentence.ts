/** A text of the server's as a sentence of its own: the server's English begins small, for it may follow a colon. */
export function sentence(text: string): string {
  const [first = ''] = text;
  return first.toUpperCase() + text.slice(first.length);
}
