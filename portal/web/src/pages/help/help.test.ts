import { expect, it } from "vitest";
import { REASONS } from "./reasons";
import { RECIPES } from "./recipes";
import { words } from "./words";

it("has every reason of the gate, once, and ten recipes", () => {
  expect(REASONS.map(({ code }) => code)).toEqual(["patients", "institutions", "dominance", "condition", "quantile", "complementary", "differencing", "exploring"]);
  expect(RECIPES.length).toBe(10);
  for (const { sql } of RECIPES) expect(sql).not.toMatch(/;|SELECT \*/);
});

it("says everything in both languages", () => {
  const pairs = [...Object.values(words), ...REASONS.flatMap(({ name, why, remedy }) => [name, why, remedy]), ...RECIPES.flatMap(({ title, hint }) => (hint ? [title, hint] : [title]))];
  for (const { ja, en } of pairs) {
    expect(ja, en).toMatch(/[ぁ-龠]/);
    expect(en, ja).not.toMatch(/[ぁ-龠]/);
  }
});
