import { expect, test } from "vitest";
import { chosen, granted } from "../src/pages/register/grant-form";
import { told } from "../src/pages/register/history";
import { lang } from "../src/words/t";

test("a grant's tables go through the form and come back", () => {
  const tables = ["icd10", { table: "visit", columns: ["cost", "sex"] }, { table: "lab", columns: [] }];
  expect(granted(chosen(tables))).toEqual(tables);
  expect(granted(chosen(undefined))).toEqual([]);
  expect(granted({ visit: { how: "none", columns: ["sex"] }, lab: { how: "all", columns: ["value"] } })).toEqual(["lab"]);
});

test("what changed is told in words, and what is not known is left out", () => {
  const entry = { reason: "approved", details: { for: 3, barred: 0, until: "2027-03-31T14:59:59Z", linked: false, all_tables: true, zone: "vdi" } };
  lang.value = "ja";
  expect(told(entry)).toBe("承認、承認の票 3、終了日 2027/03/31、すべての表");
  lang.value = "en";
  expect(told(entry)).toBe("Approved, for 3, until 31 Mar 2027, all tables");
  expect(told({ reason: "something" })).toBe("");
});
