/** What the gatehouse and the page tell each other. Times are ISO 8601 in UTC. */

export interface Bilingual { ja: string; en: string }
export interface Place { line: number; column: number }

/** Every answer that is not 2xx. `code` is fixed; `message` and `remedy` are for people. */
export interface Trouble { code: string; message: Bilingual; remedy: Bilingual; at?: Place }

export type Zone = "onsite" | "vdi";
export type Role = "researcher" | "output_checker" | "security_staff" | "data_steward" | "registrar";
export type Route = "onsite" | "vdi" | "both";

/** GET /api/me; 401 `signed_out` for nobody. POST /api/sign-in answers the same. */
export interface Me {
  handler: string;
  display: string;
  organisation?: string;
  roles: Role[];
  zone: Zone;
  /** Sent back as the header `X-CSRF-Token` with everything but GET. */
  csrf: string;
  /** When the sign-in ends if nothing is done, and when it ends whatever is done. */
  idle_until: string;
  ends: string;
  /** Recovery codes that are left. */
  recovery_codes: number;
}

/** POST /api/sign-in. `code`: six digits from the app, or a recovery code. 401 `not_signed_in`: the same words for every mistake. */
export interface SignIn { handler: string; password: string; code: string }
/** POST /api/sign-out and /api/sign-out-everywhere: no body, 204. POST /api/confirm {password, code}: 204. */
export interface Confirm { password: string; code: string }

/** GET /api/invitations/{token}; 404 `invitation`: the same words for unknown, used and expired. */
export interface Invitation {
  handler: string;
  display: string;
  /** For typing by hand: base32 in groups of four. */
  secret: string;
  /** A QR code of the otpauth URI: an SVG path in a square of `size` units, quiet zone included. */
  qr: { size: number; path: string };
  expires: string;
  /** The shortest password that is taken, in characters. */
  shortest_password: number;
}
/** POST /api/invitations/{token}; 422 `password` or `code` with words. */
export interface Enrol { password: string; code: string }
/** Its answer: shown once. */
export interface Enrolled { recovery_codes: string[] }

/** GET /api/studies: Study[] that the person has a grant in. */
export interface Study {
  study: string;
  /** The name as people write it. */
  display: string;
  organisation?: string;
  /** The snapshot's name and version. */
  snapshot: string;
  policy?: string;
  route: Route;
  from?: string;
  until?: string;
  /** Why it can't be opened now; absent where it can. */
  closed?: Trouble;
}

/** GET /api/studies/{study}/catalogue */
export interface Catalogue {
  study: string;
  snapshot: string;
  policy: Policy;
  tables: Table[];
  functions: string[];
  aggregates: string[];
}
export interface Policy {
  id: string;
  patients: number;
  institutions?: number;
  show_zero: boolean;
  exploring: boolean;
}
export interface Table {
  name: string;
  /** The patient key's column; absent for a public table. */
  patient?: string;
  institution?: string;
  /** The person's grant leaves columns out. */
  narrowed?: boolean;
  columns: Column[];
}
export type Class = "patient" | "institution" | "measure" | "quasi" | "code" | "text";
export interface Column { name: string; type: string; nullable: boolean; class: Class }

/** A value for `:name` in a question. */
export type Parameter =
  | { type: "text"; value: string | null }
  | { type: "integer"; value: number | null }
  | { type: "real"; value: number | null }
  | { type: "date"; value: string | null }
  | { type: "boolean"; value: boolean | null };

/** POST /api/studies/{study}/questions → 202 Question; POST …/explain → Explanation. `views`: named cells before this one that it uses, in their order. */
export interface Ask {
  sql: string;
  views?: { name: string; sql: string }[];
  parameters?: Record<string, Parameter>;
  /** Perturbed figures that close no door. */
  explore?: boolean;
}

/** GET /api/studies/{study}/questions/{question}; the same as `data:` of server-sent events at …/events, until `done`. DELETE cancels (204). */
export interface Question {
  question: string;
  state: "waiting" | "running" | "done";
  /** Places before this one in the queue, while waiting. */
  before?: number;
  /** Milliseconds since it was asked. */
  elapsed: number;
  /** Nought to one, roughly, while running, where it is known. */
  share?: number;
  answer?: Answer;
}
/** `place` of a refusal or failure counts lines and columns from one, in `sql`; `view` names the view it is in instead. */
export type Answer = {
  policy: string;
  snapshot: string;
  audit: number | null;
} & (
  | { verdict: "released" | "explored"; rows: number; columns: { name: string; type: string }[]; suppressed: Suppressed[]; notices: Notice[] }
  | { verdict: "refused"; refusal: Trouble & { view?: string } }
  | { verdict: "failed"; failure: Trouble & { view?: string } }
);
/** The figures: GET /api/studies/{study}/questions/{question}/rows, an Arrow IPC stream (application/vnd.apache.arrow.stream). Suppressed cells are null there. */
export interface Suppressed { row: number; column: number; reason: string; message: Bilingual; remedy: Bilingual }
export interface Notice { code: string; message: Bilingual; remedy?: Bilingual }

/** What a question would do, before it runs: lines of a small table. */
export interface Explanation { columns: { name: string; type: string }[]; rows: (string | number | boolean | null)[][] }

/** GET /api/studies/{study}/notebooks → NotebookInfo[]; POST {title, document} → 201 Notebook. */
export interface NotebookInfo { notebook: string; title: string; version: number; edited: string; editor: string }
/** GET /api/studies/{study}/notebooks/{notebook}. PUT {title, document, version} (the version it was made from) → Notebook, or 409 with the Notebook that is there. DELETE → 204. */
export interface Notebook extends NotebookInfo { document: NotebookDocument }
export interface NotebookDocument { cells: Cell[]; parameters: { name: string; parameter: Parameter }[] }
export type Cell =
  | { id: string; kind: "sql"; name?: string; source: string; explore?: boolean; chart?: unknown }
  | { id: string; kind: "markdown"; source: string };
/** GET …/notebooks/{notebook}/versions → NotebookInfo[], newest first; GET …/versions/{version} → Notebook. */

/** GET /api/session-of/{study}: how the study's session stands. */
export interface SessionInfo { running: boolean; since?: string; until?: string; queries: number }

/** For security staff. GET /api/sessions → OpenSession[]; DELETE /api/sessions/{session} ends it. */
export interface OpenSession { session: string; handler: string; study: string; since: string; zone: Zone; questions: number }
/** GET /api/log?before=INDEX&count=50 → LogEntry[], newest first. */
export interface LogEntry { index: number; time: string; actor: string; role: string; action: string; study?: string; session?: string; object?: string; decision?: string; reason?: string; sql?: string; details?: Record<string, string | number | boolean> }

/** For registrars. GET /api/register/{organisations,handlers,studies}; POST adds or changes one. */
export interface Organisation { organisation: string; display: string; number: string; user_type: "type-1" | "type-2"; from?: string; until?: string; revoked?: string }
export interface Handler { handler: string; display: string; organisation?: string; roles: Role[]; training_until?: string; enrolled: boolean }
/** `decision` is the server's to say. PUT /api/register/studies/{study} changes one: StudyChange. */
export interface RegisteredStudy extends StudyChange { study: string; organisation?: string; snapshot: string; decision?: ReviewDecision }
export interface StudyChange { display: string; joint_users: string[]; route: Route; from?: string; until?: string; linked: boolean }
/** GET /api/register/snapshots → string[]. GET /api/register/studies/{study}/tables: what a grant may name; `always`: in every grant. */
export interface SnapshotTable { table: string; columns: { column: string; always: boolean }[] }
/** GET, POST /api/register/studies/{study}/grants; DELETE …/grants/{handler} ends one. All tables where `tables` is absent. */
export interface Grant { handler: string; tables?: GrantedTable[]; revoked?: string }
export type GrantedTable = string | { table: string; columns: string[] };

export type ReviewDecision = "approved" | "approved_with_conditions" | "rejected";
export type Criterion = "purpose" | "science" | "harm" | "benefits" | "law";
export type Category = "natural_science" | "humanities" | "lay" | "outside";
export type Vote = "for" | "against" | "barred";
/** POST /api/register/studies/{study}/review → Reviewed; GET → Reviewed | null. `decided` is a day in Japan. */
export interface Review {
  decided: string;
  conditions: string[];
  criteria: Record<Criterion, { met: boolean; note: string }>;
  votes: { member: string; category: Category; vote: Vote }[];
}
export interface Reviewed { review: Review; decision: ReviewDecision; words: Bilingual }
/** GET /api/register/history/{organisation,handler,study}/{name} → LogEntry[], newest first. */

/** For stewards and registrars. GET /api/usage. Fees in yen a case. */
export interface Usage { fees: Record<string, number>; studies: StudyUsage[] }
export interface StudyUsage { study: string; display: string; organisation?: string; route: Route; from?: string; until?: string; questions: number; sessions: number; fee?: number }
/** POST /api/register/handlers/{handler}/invitation → a link that is shown once. */
export interface NewInvitation { link: string; expires: string }
