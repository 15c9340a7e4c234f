/**
 * The codes of an explanation (enclave/src/gate/explain.rs) in plain words. A code that is not here is shown as it is.
 *
 * Out of scope: the words of suppressed cells, which come from the server.
 */
import { t } from "../../words/t";

interface Pair { ja: string; en: string }

const PARTS: Record<string, Pair> = { label: { ja: "区分", en: "label" }, figure: { ja: "値", en: "figure" } };

const EVIDENCE: Record<string, Pair> = {
  patients: { ja: "患者数", en: "patients" },
  institutions: { ja: "医療機関数", en: "institutions" },
  shares: { ja: "上位 2 者の割合", en: "shares of the largest two" },
  levels: { ja: "条件ごとの患者数", en: "patients at each level of a condition" },
  sides: { ja: "分位点の両側の患者数", en: "patients on both sides of a quantile" },
};

const RULES: Record<string, Pair> = {
  patients: { ja: "患者数の下限", en: "least number of patients" },
  institutions: { ja: "医療機関数の下限", en: "least number of institutions" },
  dominance: { ja: "占有", en: "dominance" },
  condition: { ja: "条件による切り分け", en: "conditions that split off a few" },
  quantile: { ja: "分位点", en: "quantiles" },
  complementary: { ja: "二次秘匿", en: "complementary suppression" },
  differencing: { ja: "以前の回答との差", en: "differences from earlier answers" },
  always: { ja: "常に表示", en: "always shown" },
  with_its_cell: { ja: "値が表示できるときだけ", en: "only with its figure" },
};

const EXPLORING: Record<string, Pair> = {
  noise: { ja: "ノイズを加えて表示", en: "shown with noise" },
  rounded: { ja: "丸めて表示", en: "shown rounded" },
  withheld: { ja: "表示しない", en: "withheld" },
};

const TABLES: Record<string, Record<string, Pair>> = { part: PARTS, evidence: EVIDENCE, rules: RULES, exploring: EXPLORING };

export function codes(column: string, code: string): string {
  const [name = "", ...rest] = code.split(/(?=[ (×])/);
  const found = TABLES[column]?.[code] ?? TABLES[column]?.[name];
  return found ? t(found) + (TABLES[column]?.[code] ? "" : rest.join("")) : code;
}
