import { expect, test } from "vitest";
import { csv } from "../src/parts/save";

test("cells are quoted where they must be, and nothing is a formula", () => {
  expect(csv([["a", 'b "c"', "d,e"], ["=1+1", "-2", "", "線\n2"]])).toBe('\uFEFFa,"b ""c""","d,e"\r\n\'=1+1,\'-2,,"線\n2"\r\n');
});
