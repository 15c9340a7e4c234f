/**
 * Bands for a histogram: few, of equal width, with round edges, open at both ends.
 *
 * Pure. Edges come from shown quantiles, never from the smallest and the largest value. Out of scope: asking.
 */

/** Ten bands with the two open ones: a condition splits people, so they are few and wide. */
export const MOST_BANDS = 10;
const STEPS = [1, 2, 2.5, 5, 10];

/** Inner edges, rising: below the first and from the last on are bands too. Empty where there is nothing to divide. */
export function edgesOf(low: number, high: number, whole: boolean): number[] {
  if (!Number.isFinite(low) || !Number.isFinite(high) || high < low) return [];
  // One value holds nearly everybody: below it, it, above it.
  if (high === low) return whole ? [low, low + 1] : [low];
  for (let power = Math.floor(Math.log10((high - low) / MOST_BANDS)); ; power++) {
    for (const one of STEPS) {
      const step = one * 10 ** power;
      if (whole && (step < 1 || !Number.isInteger(step))) continue;
      const from = Math.floor(low / step);
      const bands = Math.max(1, Math.ceil(high / step) - from);
      if (bands <= MOST_BANDS - 2) return Array.from({ length: bands + 1 }, (_, n) => tidy((from + n) * step));
    }
  }
}

/** The band's ends by its number; the first has no lower end, the last no upper one. */
export function endsOf(edges: readonly number[], band: number): { from?: number; to?: number } {
  const [from, to] = [edges[band - 1], edges[band]];
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** `0.30000000000000004` is 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
