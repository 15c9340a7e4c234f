/** A catalogue in the shape of the demo's. */
const columns = (list) => list.map(([name, type, of, nullable = false]) => ({ name, type, nullable, class: of }));
const keys = [["patient_id", "key", "patient"], ["institution_id", "key", "institution"]];
const people = { patient: "patient_id", institution: "institution_id" };

export const catalogue = {
  snapshot: "dpc-2026-04 v3",
  policy: { id: "jisedai v1", patients: 10, institutions: 3, show_zero: true, exploring: true },
  tables: [
    { name: "patient", patient: "patient_id", columns: columns([["patient_id", "key", "patient"], ["sex", "text", "code"], ["birth_year", "integer", "quasi"], ["prefecture", "text", "code"], ["area", "text", "code"], ["municipality", "text", "code"]]) },
    { name: "visit", ...people, narrowed: true, columns: columns([...keys, ["visit_date", "date", "quasi"], ["setting", "text", "code"], ["days", "integer", "measure"]]) },
    { name: "diagnosis", ...people, columns: columns([...keys, ["diagnosis_date", "date", "quasi"], ["icd10", "text", "code"], ["suspected", "boolean", "code"]]) },
    { name: "drug", ...people, columns: columns([...keys, ["drug_date", "date", "quasi"], ["atc", "text", "code"], ["route", "text", "code"], ["days", "integer", "measure"], ["quantity", "integer", "measure"], ["yen", "integer", "measure"]]) },
    { name: "lab", ...people, columns: columns([...keys, ["lab_date", "date", "quasi"], ["test", "text", "code"], ["value", "real", "measure", true], ["unit", "text", "code"], ["remark", "text", "text", true]]) },
    { name: "icd10", columns: columns([["icd10", "text", "code"], ["label_ja", "text", "code"], ["label_en", "text", "code"]]) },
    { name: "prefecture", columns: columns([["prefecture", "text", "code"], ["label_ja", "text", "code"], ["label_en", "text", "code"]]) },
  ],
  functions: "abs btrim cbrt ceil coalesce concat concat_ws contains date_bin date_diff date_part date_trunc ends_with exp floor greatest initcap least left ln log log10 lower make_date nullif power regexp_like replace right round split_part sqrt starts_with strpos substr to_char to_date trunc upper".split(" "),
  aggregates: "approx_median approx_percentile_cont avg bool_and bool_or corr count grouping max median min percentile_cont regr_slope stddev sum var".split(" "),
};
