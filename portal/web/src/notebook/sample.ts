/**
 * For tests and the mock server only: a catalogue in the shape of the demo's.
 *
 * Out of scope: figures.
 */
import type { Catalogue, Class } from "../api/types";

type Short = [name: string, type: string, of: Class];

function columns(list: Short[]) {
  return list.map(([name, type, of]) => ({ name, type, nullable: of !== "patient", class: of }));
}

export const CATALOGUE: Catalogue = {
  study: "diabetes-2026",
  snapshot: "demo-20000-1@1",
  policy: { id: "jisedai-strict@1", patients: 10, institutions: 3, show_zero: false, exploring: true },
  tables: [
    {
      name: "patient",
      patient: "patient_id",
      columns: columns([["patient_id", "key", "patient"], ["sex", "text", "code"], ["birth_year", "integer", "quasi"], ["prefecture", "text", "code"]]),
    },
    {
      name: "diagnosis",
      patient: "patient_id",
      institution: "institution_id",
      columns: columns([
        ["patient_id", "key", "patient"], ["institution_id", "key", "institution"], ["diagnosis_date", "date", "quasi"],
        ["icd10", "text", "code"], ["suspected", "boolean", "code"],
      ]),
    },
    {
      name: "lab",
      patient: "patient_id",
      institution: "institution_id",
      columns: columns([
        ["patient_id", "key", "patient"], ["institution_id", "key", "institution"], ["lab_date", "date", "quasi"],
        ["test", "text", "code"], ["value", "real", "measure"], ["unit", "text", "code"],
      ]),
    },
    { name: "icd10", columns: columns([["icd10", "text", "code"], ["label_ja", "text", "code"], ["label_en", "text", "code"]]) },
  ],
  functions: ["abs", "coalesce", "date_trunc", "floor", "least", "lower", "round", "substr"],
  aggregates: ["avg", "count", "max", "median", "min", "percentile_cont", "stddev", "sum"],
};
