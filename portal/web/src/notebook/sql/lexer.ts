/**
 * SQL text as tokens, the way the enclave's parser (sqlparser's generic dialect) cuts it.
 *
 * Never fails: what is not closed runs to the end. Out of scope: grammar.
 */
export type TokenKind = "word" | "quoted" | "string" | "number" | "comment" | "placeholder" | "symbol";

export interface Token {
  kind: TokenKind;
  from: number;
  to: number;
  /** As written; of a quoted name and a placeholder only the name. */
  text: string;
}

const RULES: readonly [TokenKind, RegExp][] = [
  ["comment", /--[^\n]*/y],
  ["string", /[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)/y],
  ["string", /(?:[nNbBxX]|[uU]&)?'(?:[^']|'')*(?:'|$)/y],
  ["string", /\$([\p{L}_][\p{L}\p{N}_]*)?\$[\s\S]*?(?:\$\1\$|$(?![\s\S]))/uy],
  ["quoted", /"(?:[^"]|"")*(?:"|$)/y],
  ["quoted", /`[^`]*(?:`|$)/y],
  ["number", /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ["word", /[\p{L}_][\p{L}\p{M}\p{N}_$]*/uy],
  ["symbol", /::|<=|>=|<>|!=|\|\||=>|->>|->|:=/y],
  ["placeholder", /:[\p{L}_][\p{L}\p{M}\p{N}_]*/uy],
];

export function tokens(sql: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    if (/\s/.test(sql[at]!)) {
      at++;
      continue;
    }
    const token = tokenAt(sql, at);
    found.push(token);
    at = token.to;
  }
  return found;
}

function tokenAt(sql: string, from: number): Token {
  if (sql.startsWith("/*", from)) {
    const to = endOfComment(sql, from);
    return { kind: "comment", from, to, text: sql.slice(from, to) };
  }
  for (const [kind, rule] of RULES) {
    rule.lastIndex = from;
    const match = rule.exec(sql);
    if (match) return { kind, from, to: from + match[0].length, text: meaning(kind, match[0]) };
  }
  const to = from + (sql.codePointAt(from)! > 0xffff ? 2 : 1);
  return { kind: "symbol", from, to, text: sql.slice(from, to) };
}

/** Comments nest. */
function endOfComment(sql: string, from: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = from;
  let depth = 0;
  for (let mark = marks.exec(sql); mark; mark = marks.exec(sql)) {
    depth += mark[0] === "/*" ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return sql.length;
}

function meaning(kind: TokenKind, text: string): string {
  if (kind === "placeholder") return text.slice(1);
  if (kind !== "quoted") return text;
  const mark = text[0]!;
  const inner = text.length > 1 && text.endsWith(mark) ? text.slice(1, -1) : text.slice(1);
  return inner.replaceAll(mark + mark, mark);
}

/** Without comments. */
export function meaningful(sql: string): Token[] {
  return tokens(sql).filter((token) => token.kind !== "comment");
}

/** A name as the parser compares it: folded unless quoted. */
export function nameOf(token: Token): string | undefined {
  if (token.kind === "word") return token.text.toLowerCase();
  return token.kind === "quoted" ? token.text : undefined;
}

/** Whether a token is this word of the language. */
export function isWord(token: Token | undefined, ...words: string[]): boolean {
  return token?.kind === "word" && words.includes(token.text.toLowerCase());
}

export function isSymbol(token: Token | undefined, symbol: string): boolean {
  return token?.kind === "symbol" && token.text === symbol;
}

/** The text without the semicolons that end it: places in the rest stay as they are. */
export function withoutEnd(sql: string): string {
  const all = meaningful(sql);
  const last = all.findLast((token) => !isSymbol(token, ";"));
  const stop = all.find((token) => isSymbol(token, ";") && token.from >= (last?.to ?? 0));
  return stop ? sql.slice(0, stop.from).trimEnd() : sql;
}

/** `:name` placeholders, in the order of their first use. */
export function placeholders(sql: string): string[] {
  return [...new Set(tokens(sql).flatMap((token) => (token.kind === "placeholder" ? token.text.toLowerCase() : [])))];
}
