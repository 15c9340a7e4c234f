/**
 * Days of forms ("2026-11-20", as a day in Japan) and moments of the server (ISO 8601 in UTC), each way.
 * A period begins with its first day and ends with the last second of its last.
 */
const OFFSET = 9 * 3600_000;

/** The day in Japan that a moment falls in; "" for none. */
export function dayOf(iso: string | undefined): string {
  return iso ? new Date(Date.parse(iso) + OFFSET).toISOString().slice(0, 10) : "";
}

/** The first moment of a day; undefined for "". */
export function begin(day: string): string | undefined {
  return day === "" ? undefined : new Date(`${day}T00:00:00+09:00`).toISOString();
}

/** The last second of a day; undefined for "". */
export function end(day: string): string | undefined {
  return day === "" ? undefined : new Date(`${day}T23:59:59+09:00`).toISOString();
}
