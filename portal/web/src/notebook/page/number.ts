/** Numbers as people type them, wide digits and commas too. Pure. */

/** Null for nothing typed, undefined for what is no such number. */
export function numberOf(text: string, type: "integer" | "real"): number | null | undefined {
  const plain = text.normalize("NFKC").replace(/[\s,]/g, "");
  if (plain === "") return null;
  const value = Number(plain);
  if (!Number.isFinite(value) || (type === "integer" && !Number.isSafeInteger(value))) return undefined;
  return value;
}
