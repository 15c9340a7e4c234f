/**
 * When the sign-in ends, by the server's clock: kept up with every answer of the server, in all windows of this browser.
 * Somebody who types or moves is kept signed in; somebody who doesn't isn't. Out of scope: the warning (pages/idle).
 */
import { computed, effect, signal } from "@preact/signals";
import { api } from "./client";
import { me } from "./me";
import type { Me } from "./types";

/** How long somebody may do nothing, in ms, and when the server last heard of them (by this clock). */
const span = signal(0);
const heard = signal(0);
/** How far our clock is ahead of the server's, in ms: counted only where it is more than the seconds a header tells. */
const ahead = signal(0);
const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("sekisho");

/** How long before the idle end one is warned: two minutes, or the last third of a short idle time. */
export const warning = computed(() => Math.min(120_000, span.value / 3));
/** When nothing done ends it, and when everything does; by this clock, in ms. */
export const idleEnds = computed(() => heard.value + span.value);
export const ends = computed(() => (me.value ? Date.parse(me.value.ends) + ahead.value : 0));
/** When a hand last moved here. */
let moved = Date.now();
export const lastMoved = () => moved;

/** The server answered somebody signed in; `there` is its time. */
export function touched(there?: number): void {
  heard.value = Date.now();
  if (there !== undefined) ahead.value = Math.abs(heard.peek() - there) > 3000 ? heard.peek() - there : 0;
  channel?.postMessage("touched");
}

/** Tells other windows that nobody is signed in any more. */
export function tellSignedOut(): void {
  channel?.postMessage("signed out");
}

/** Asks who is there, which begins the idle time anew. */
export async function stay(): Promise<void> {
  me.value = await api.get<Me>("/api/me");
}

effect(() => {
  const person = me.value;
  if (!person) return;
  heard.value = Date.now();
  span.value = Math.max(0, Date.parse(person.idle_until) + ahead.peek() - heard.peek());
});

channel?.addEventListener("message", (event: MessageEvent<unknown>) => {
  if (event.data === "touched") heard.value = Date.now();
  if (event.data === "touched" && me.peek() === null) stay().catch(() => undefined);
  if (event.data === "signed out" && me.peek()) location.reload();
});

/** Begins to watch hands; a person at work is told of to the server when a third of the idle time has passed unheard. */
export function watch(): void {
  let asking = false;
  const hand = () => {
    moved = Date.now();
    if (asking || !me.peek() || moved - heard.peek() < span.peek() / 3 || moved >= idleEnds.peek() - warning.peek()) return;
    asking = true;
    stay().catch(() => undefined).finally(() => (asking = false));
  };
  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel"]) document.addEventListener(kind, hand, { passive: true });
}
