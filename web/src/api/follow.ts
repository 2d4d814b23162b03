/** What becomes of something while somebody looks. */
export interface Watcher<T> {
  /** As it stands at first, then whenever it moves. */
  onNews: (seen: T) => void;
  /** Nothing comes for now: whoever wants to know must ask. News may come again. */
  onBreak: () => void;
}

/** How long a server that refused the line is left alone, in milliseconds. */
const CONNECT_AGAIN_IN = 15_000;

/** Follows the events of `path`, whatever breaks the line, until what it gives back is called. */
export function follow<T>(path: string, { onNews, onBreak }: Watcher<T>): () => void {
  let source: EventSource;
  let again: ReturnType<typeof setTimeout> | undefined;
  const connect = () => {
    source = new EventSource(`/api/v1${path}`);
    source.onmessage = ({ data }: MessageEvent<string>) => onNews(JSON.parse(data) as T);
    source.onerror = () => {
      onBreak();
      // The browser connects again after a line that broke, but never after a refusal; one of a server that is just
      // starting is none for good.
      if (source.readyState === EventSource.CLOSED) again = setTimeout(connect, CONNECT_AGAIN_IN);
    };
  };
  connect();
  return () => {
    clearTimeout(again);
    source.close();
  };
}
