import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { api, hooks, path } from "../src/api/client";
import { Refused } from "../src/api/trouble";

const words = { ja: "だめ", en: "no" };
const refusal = (status: number, code: string) => new Response(JSON.stringify({ code, message: words, remedy: words }), { status });
let answers: (Response | Error)[];
let asked: { address: string; init: RequestInit }[];
const before = { ...hooks };

beforeEach(() => {
  answers = [];
  asked = [];
  Object.assign(hooks, before);
  vi.stubGlobal("fetch", async (address: string, init: RequestInit) => {
    asked.push({ address, init });
    const next = answers.shift();
    if (next instanceof Error || next === undefined) throw next ?? new Error("no answer left");
    return next;
  });
});
afterEach(() => vi.unstubAllGlobals());
const headers = (i: number) => asked[i]!.init.headers as Record<string, string>;

test("what changes something carries the token, what reads doesn't", async () => {
  hooks.csrf = () => "token";
  answers = [new Response("[]"), new Response(null, { status: 204 })];
  expect(await api.get("/api/studies")).toEqual([]);
  expect(await api.post("/api/confirm", { a: 1 })).toBeUndefined();
  expect(headers(0)["X-CSRF-Token"]).toBeUndefined();
  expect(headers(1)["X-CSRF-Token"]).toBe("token");
  expect(asked[1]!.init.body).toBe('{"a":1}');
});

test("a refusal comes with the server's words, and a conflict with what is there", async () => {
  answers = [refusal(422, "password"), new Response(JSON.stringify({ version: 3 }), { status: 409 })];
  await expect(api.post("/x")).rejects.toMatchObject({ status: 422, trouble: { code: "password", message: words } });
  await expect(api.put("/x")).rejects.toMatchObject({ status: 409, body: { version: 3 }, trouble: { code: "unexpected" } });
});

test("no answer, and one that is no JSON, have words of our own", async () => {
  answers = [new TypeError("network"), new Response("<html>", { status: 502 })];
  await expect(api.get("/x")).rejects.toMatchObject({ status: 0, trouble: { code: "unreachable" } });
  await expect(api.get("/x")).rejects.toMatchObject({ status: 502, trouble: { code: "unexpected" } });
});

test("an end of the sign-in is told of, but not to whoever asks whether there is one", async () => {
  let told = 0;
  hooks.signedOut = () => void told++;
  answers = [refusal(401, "signed_out"), refusal(401, "signed_out"), refusal(401, "not_confirmed")];
  await expect(api.get("/x")).rejects.toBeInstanceOf(Refused);
  await expect(api.get("/x", { quiet: true })).rejects.toBeInstanceOf(Refused);
  await expect(api.post("/api/confirm", {})).rejects.toBeInstanceOf(Refused);
  expect(told).toBe(1);
});

test("a sensitive act is sent again once confirmed, and only then", async () => {
  let sure = true;
  hooks.confirm = async () => sure;
  answers = [refusal(403, "confirm"), new Response('{"done":true}')];
  expect(await api.remove("/x")).toEqual({ done: true });
  sure = false;
  answers = [refusal(403, "confirm")];
  await expect(api.remove("/x")).rejects.toMatchObject({ trouble: { code: "confirm" } });
  sure = true;
  answers = [refusal(403, "role")];
  await expect(api.remove("/x")).rejects.toMatchObject({ trouble: { code: "role" } });
});

test("names in a path are escaped", () => {
  expect(path`/api/studies/${"a/b c"}/notebooks/${3}`).toBe("/api/studies/a%2Fb%20c/notebooks/3");
});
