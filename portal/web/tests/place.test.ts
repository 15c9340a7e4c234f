import { beforeAll, expect, test, vi } from "vitest";

let fit: typeof import("../src/parts/place").fit;
beforeAll(async () => {
  vi.stubGlobal("window", { addEventListener: () => undefined });
  vi.stubGlobal("location", { pathname: "/", search: "", hash: "" });
  ({ fit } = await import("../src/parts/place"));
});

test("a pattern fits paths of its own length, and names their pieces", () => {
  expect(fit("/studies", "/studies")).toEqual({});
  expect(fit("/studies", "/studies/")).toEqual({});
  expect(fit("/studies/:study", "/studies/%E7%B3%96")).toEqual({ study: "糖" });
  expect(fit("/studies/:study", "/studies")).toBeUndefined();
  expect(fit("/studies/:study", "/studies/a/catalogue")).toBeUndefined();
  expect(fit("/", "/")).toEqual({});
});

test("a broken escape is taken as it stands", () => {
  expect(fit("/studies/:study", "/studies/%E7")).toEqual({ study: "%E7" });
});
