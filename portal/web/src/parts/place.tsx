/**
 * Where one is: the path as a signal, `go`, a `Link` that doesn't load the page again, and patterns such as `/studies/:study`.
 * Out of scope: which page belongs to which pattern (pages/routes.tsx).
 */
import { computed, signal } from "@preact/signals";
import type { ComponentChildren, ComponentProps } from "preact";

export const here = signal(read());
export const pathname = computed(() => here.value.split(/[?#]/, 1)[0] ?? "/");
window.addEventListener("popstate", () => (here.value = read()));

/** Says no (false) to leaving, e.g. while something is unsaved. Returns how to take the guard away. */
type Guard = () => boolean;
const guards = new Set<Guard>();
export function guard(ask: Guard): () => void {
  guards.add(ask);
  return () => void guards.delete(ask);
}

/** Goes to a path of this page; `instead` leaves no way back to the present one. */
export function go(to: string, instead = false): void {
  if (to !== here.value && ![...guards].every((ask) => ask())) return;
  history[instead ? "replaceState" : "pushState"](null, "", to);
  here.value = read();
  window.scrollTo(0, 0);
}

/** The named pieces of a path, or undefined where the pattern doesn't fit. */
export function fit(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.replace(/\/$/, "").split("/");
  const given = path.replace(/\/$/, "").split("/");
  if (wanted.length !== given.length) return undefined;
  const named: Record<string, string> = {};
  for (const [i, piece] of wanted.entries()) {
    const got = given[i] ?? "";
    if (!piece.startsWith(":")) {
      if (piece !== got) return undefined;
    } else if (got === "") return undefined;
    else named[piece.slice(1)] = unescaped(got);
  }
  return named;
}

type LinkProps = Omit<ComponentProps<"a">, "href" | "role"> & { href: string; children?: ComponentChildren };
/** `<a>` within the page; a click with a modifier key still opens a new window. */
export function Link({ href, onClick, ...rest }: LinkProps) {
  return (
    <a
      {...rest}
      href={href}
      onClick={(event) => {
        onClick?.(event);
        if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        go(href);
      }}
    />
  );
}

function read(): string {
  return location.pathname + location.search + location.hash;
}

function unescaped(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    return piece;
  }
}
