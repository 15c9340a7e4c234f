/**
 * Who is signed in, as a signal for the whole page. `undefined`: not asked yet; `null`: nobody.
 * Out of scope: signing in (pages/sign-in), warning before the time-out (pages/idle).
 */
import { signal } from "@preact/signals";
import { api } from "./client";
import { Refused } from "./trouble";
import type { Me, Role } from "./types";

export const me = signal<Me | null | undefined>(undefined);

/** Asks the server; anything but "nobody" that goes wrong is thrown. */
export async function whoami(): Promise<void> {
  try {
    me.value = await api.get<Me>("/api/me", { quiet: true });
  } catch (thrown) {
    if (!(thrown instanceof Refused) || thrown.status !== 401) throw thrown;
    me.value = null;
  }
}

/** Whether the person signed in has a role. */
export function has(role: Role): boolean {
  return me.value?.roles.includes(role) ?? false;
}
