/**
 * Requests to the gatehouse: JSON there and back, the CSRF token on whatever changes something, troubles as `Refused`.
 * Knows who is signed in only through the hooks that main.tsx sets. Out of scope: events (events.ts), who that is (me.ts).
 */
import { isTrouble, Refused, unexpected, unreachable } from "./trouble";

type Method = "GET" | "POST" | "PUT" | "DELETE";
/** `signal` ends a request; `quiet` leaves a 401 to the caller (who asks whether anybody is signed in at all). */
export interface Options { signal?: AbortSignal; quiet?: boolean }

interface Hooks {
  /** The token for `X-CSRF-Token`. */
  csrf: () => string | undefined;
  /** The server knows nobody behind our cookie any more. */
  signedOut: () => void;
  /** The server took a request of somebody signed in: the idle time begins anew. `now` is the time there, in ms, where it says. */
  touched: (now: number | undefined) => void;
  /** The server wants the password again; true once it has it. */
  confirm: () => Promise<boolean>;
}
export const hooks: Hooks = {
  csrf: () => undefined,
  signedOut: () => undefined,
  touched: () => undefined,
  confirm: () => Promise.resolve(false),
};

/** Each throws `Refused`, or the browser's AbortError. An empty answer is undefined. */
export const api = {
  get: <T>(path: string, options?: Options) => request<T>("GET", path, undefined, options),
  post: <T>(path: string, body?: unknown, options?: Options) => request<T>("POST", path, body, options),
  put: <T>(path: string, body?: unknown, options?: Options) => request<T>("PUT", path, body, options),
  remove: <T>(path: string, options?: Options) => request<T>("DELETE", path, undefined, options),
  /** The bytes of an answer, for Arrow. */
  bytes: async (path: string, options?: Options) =>
    new Uint8Array(await (await answer("GET", path, undefined, options)).arrayBuffer()),
};

/** A path from its pieces, each escaped: path`/api/studies/${study}`. */
export function path(pieces: TemplateStringsArray, ...names: (string | number)[]): string {
  return pieces.reduce((all, piece, i) => all + encodeURIComponent(String(names[i - 1] ?? "")) + piece);
}

async function request<T>(method: Method, path: string, body?: unknown, options?: Options): Promise<T> {
  const text = await (await answer(method, path, body, options)).text();
  return (text === "" ? undefined : parsed(text)) as T;
}

async function answer(method: Method, path: string, body?: unknown, options: Options = {}): Promise<Response> {
  const response = await send(method, path, body, options);
  if (response.ok) {
    hooks.touched(Date.parse(response.headers.get("Date") ?? "") || undefined);
    return response;
  }
  const refused = await refusal(response);
  if (refused.status === 401 && refused.trouble.code === "signed_out" && !options.quiet) hooks.signedOut();
  if (refused.status === 403 && refused.trouble.code === "confirm" && (await hooks.confirm())) {
    const again = await send(method, path, body, options);
    if (again.ok) return again;
    throw await refusal(again);
  }
  throw refused;
}

async function send(method: Method, path: string, body: unknown, options: Options): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json, application/vnd.apache.arrow.stream" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const csrf = hooks.csrf();
  if (method !== "GET" && csrf !== undefined) headers["X-CSRF-Token"] = csrf;
  const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store", redirect: "error" };
  if (body !== undefined) init.body = JSON.stringify(body);
  if (options.signal) init.signal = options.signal;
  try {
    return await fetch(path, init);
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === "AbortError") throw thrown;
    throw new Refused(0, unreachable);
  }
}

async function refusal(response: Response): Promise<Refused> {
  const body = parsed(await response.text().catch(() => ""));
  return new Refused(response.status, isTrouble(body) ? body : unexpected, body);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
