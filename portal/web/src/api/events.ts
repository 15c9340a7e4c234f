/**
 * Server-sent events of one address, each `data:` parsed as JSON, until the caller has seen enough.
 * Out of scope: what the events mean; who falls back to asking again when the stream is lost (the caller does, in `lost`).
 */
export interface Stream { close: () => void }

/** Calls `each` for every event and `lost` once, when the browser has given up on the stream. */
export function stream<T>(address: string, each: (event: T) => void, lost: () => void): Stream {
  const source = new EventSource(address, { withCredentials: true });
  source.onmessage = (message) => {
    try {
      each(JSON.parse(String(message.data)) as T);
    } catch {
      source.close();
      lost();
    }
  };
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) lost();
  };
  return { close: () => source.close() };
}
