/**
 * What a tab keeps through a reload and loses when its person signs out: figures of profiles, which the gate has shown.
 * sessionStorage: it ends with the tab. Out of scope: drafts and running questions, which outlive a sign-out (notebook/page/memory.ts).
 */
const PREFIX = "sekisho.kept ";

export function kept(key: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + key) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

export function keep(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Without storage, or when it is full, nothing lives through a reload.
  }
}

/** Nobody is signed in any more: nothing is left for the next one. */
export function dropKept(): void {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  } catch {
    // There was nothing to leave it in.
  }
}
