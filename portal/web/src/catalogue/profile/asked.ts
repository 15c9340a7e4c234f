/**
 * Asks what a column's profile needs, one question after another. The asking itself is given (`Put`).
 *
 * Ends at the first question without an answer, whose words are thrown as `Refused`. Out of scope: the queue of columns (profiles.ts).
 */
import type { Figures } from "../../api/figures";
import type { Ask, Column, Table } from "../../api/types";
import { natureOf } from "../look";
import { edgesOf, endsOf } from "./bands";
import { barsOf, countAt, mayMiss, type Bar, type Profile } from "./profile";
import { bandsAsk, boundsAsk, filledAsk, groupsAsk, keysAsk, monthsAsk, MOST_GROUPS, shapeOf } from "./questions";

export type Put = (ask: Ask) => Promise<Figures>;

export async function profileOf(table: Table, column: Column, explore: boolean, put: Put): Promise<Profile> {
  const shape = shapeOf(table, column) ?? "filled";
  const whole = natureOf(column.type) === "whole";
  const asked: string[] = [];
  const ask = (one: Ask) => {
    asked.push(one.sql);
    return put(one);
  };
  const profile: Profile = { shape, explored: explore, whole, bars: [], more: false, asked };
  if (shape === "keys") {
    const one = keysAsk(table, column, explore);
    return { ...profile, explored: one.explore ?? false, different: countAt(await ask(one), 0, 0) };
  }
  const filling = shape === "filled" || mayMiss(column) ? await filled(ask, table, column, explore) : {};
  if (shape === "groups") {
    const bars = barsOf(await ask(groupsAsk(table, column, explore)));
    return { ...profile, ...filling, bars, more: bars.length >= MOST_GROUPS };
  }
  if (shape === "months") return { ...profile, ...filling, bars: barsOf(await ask(monthsAsk(table, column, explore))) };
  if (shape === "filled") return { ...profile, ...filling };
  return { ...profile, ...filling, ...(await bands(ask, table, column, explore, whole)) };
}

async function filled(ask: Put, table: Table, column: Column, explore: boolean): Promise<Pick<Profile, "everything" | "filled">> {
  const figures = await ask(filledAsk(table, column, explore));
  return { everything: countAt(figures, 0, 0), filled: countAt(figures, 0, 1) };
}

async function bands(ask: Put, table: Table, column: Column, explore: boolean, whole: boolean): Promise<Pick<Profile, "bars" | "middle">> {
  const bounds = await ask(boundsAsk(table, column));
  const [low, middle, high] = [countAt(bounds, 0, 0), countAt(bounds, 0, 1), countAt(bounds, 0, 2)];
  const edges = low.n === null || high.n === null ? [] : edgesOf(low.n, high.n, whole);
  if (edges.length === 0) return { middle, bars: [] };
  return { middle, bars: inBands(barsOf(await ask(bandsAsk(table, column, edges, explore))), edges) };
}

/**
 * Every band has its bar: one that the answer doesn't have is not shown, which is not nought. Only the open bands at the ends are
 * left out where nothing is told of them: below nought there mostly is nothing.
 */
function inBands(rows: readonly Bar[], edges: readonly number[]): Bar[] {
  const all = Array.from({ length: edges.length + 1 }, (_, band): Bar => ({ n: null, ...rows.find((row) => row.value === band), value: band, ...endsOf(edges, band) }));
  const told = all.filter((bar) => (bar.from !== undefined && bar.to !== undefined) || bar.n !== null || bar.why !== undefined);
  return [...told, ...rows.filter((row) => row.value === null)];
}
