import { expect, test } from "vitest";
import { begin, dayOf, end } from "../src/words/day";

test("a day in Japan goes to UTC and back", () => {
  expect(begin("2026-04-01")).toBe("2026-03-31T15:00:00.000Z");
  expect(end("2027-03-31")).toBe("2027-03-31T14:59:59.000Z");
  for (const day of ["2026-01-01", "2026-12-31", "2028-02-29"]) {
    expect(dayOf(begin(day))).toBe(day);
    expect(dayOf(end(day))).toBe(day);
  }
});

test("no day is no moment", () => {
  expect([dayOf(undefined), begin(""), end("")]).toEqual(["", undefined, undefined]);
});
