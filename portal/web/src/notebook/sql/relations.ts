/**
 * Which tables and views a question reads, and by which aliases.
 *
 * One pass over the tokens that follows FROM, JOIN and WITH through parentheses. Names of WITH hide what is called the same
 * outside, but not in their own definition. A wrong guess is harmless: the server has the last word. Out of scope: columns.
 */
import { isReserved } from "../document/naming";
import { isSymbol, isWord, meaningful, nameOf, type Token } from "./lexer";

export interface Relation {
  /** As the parser compares it. */
  name: string;
  /** The alias, or the name. */
  as: string;
  from: number;
  to: number;
  /** Whether a WITH of this question defines it. */
  local: boolean;
  /** The parentheses it stands in: relations of enclosing ones are in reach too. */
  scope: number[];
}

interface Scope {
  id: number;
  /** Between FROM and the clause that ends it. */
  inFrom: boolean;
  /** A relation comes next. */
  expected: boolean;
  /** Belongs to a SELECT: FROM is then a clause, not a part of extract(… FROM …). */
  query: boolean;
  withNames: boolean;
  locals: Set<string>;
  /** The WITH name that is being defined in this scope, told to the outer scope when it closes. */
  defines?: string;
}

const ENDS_FROM = ["where", "group", "having", "order", "limit", "offset", "window", "qualify", "union", "intersect", "except", "select", "fetch"];

export function relations(sql: string): Relation[] {
  return new Walk(meaningful(sql)).relations();
}

/** The names of relations that nothing in the question defines itself, each once. */
export function usedNames(sql: string): string[] {
  return [...new Set(relations(sql).filter((relation) => !relation.local).map((relation) => relation.name))];
}

class Walk {
  private readonly found: Relation[] = [];
  private readonly scopes: Scope[];
  private next = 0;

  constructor(private readonly all: Token[]) {
    this.scopes = [this.scope(false)];
  }

  relations(): Relation[] {
    for (let at = 0; at < this.all.length; at++) at = this.token(at);
    return this.found;
  }

  /** Looks at one token and returns the last one it used. */
  private token(at: number): number {
    const token = this.all[at]!;
    const scope = this.scopes.at(-1)!;
    if (isSymbol(token, "(")) this.open(at, scope);
    else if (isSymbol(token, ")")) this.close();
    else if (isSymbol(token, ";")) this.scopes.splice(0, this.scopes.length, this.scope(false));
    else if (isSymbol(token, ",")) scope.expected = scope.inFrom;
    else if (isWord(token, "select", "values")) Object.assign(scope, { query: true, inFrom: false, expected: false, withNames: false });
    else if (isWord(token, "with") && !scope.query) Object.assign(scope, { withNames: true, query: true });
    else if (isWord(token, "from") && scope.query && !this.isDistinctFrom(at)) Object.assign(scope, { inFrom: true, expected: true });
    else if (isWord(token, "join")) Object.assign(scope, { inFrom: true, expected: true });
    else if (isWord(token, ...ENDS_FROM)) Object.assign(scope, { inFrom: false, expected: false });
    else if (scope.expected) return this.relation(at, scope);
    return at;
  }

  private relation(at: number, scope: Scope): number {
    const token = this.all[at]!;
    if (isWord(token, "lateral", "only")) return at;
    scope.expected = false;
    const name = nameOf(token);
    // A name of parts is in a schema, so it is no view; a function is no table.
    if (name === undefined || isSymbol(this.all[at + 1], "(")) return at;
    if (isSymbol(this.all[at + 1], ".")) return at + 2;
    const [alias, last] = this.alias(at + 1);
    const local = this.scopes.some((outer) => outer.locals.has(name));
    const ids = this.scopes.map((outer) => outer.id);
    this.found.push({ name, as: alias ?? name, from: token.from, to: token.to, local, scope: ids });
    return alias === undefined ? at : last;
  }

  private alias(at: number): [string | undefined, number] {
    const place = isWord(this.all[at], "as") ? at + 1 : at;
    const token = this.all[place];
    if (!token || (token.kind === "word" && isReserved(token.text))) return [undefined, at];
    if (isWord(token, "tablesample", "window", "fetch", "qualify", "anti", "semi")) return [undefined, at];
    return [nameOf(token), place];
  }

  private open(at: number, outer: Scope): void {
    const inner = this.scope(outer.expected);
    // FROM (a JOIN b): the relation comes inside.
    inner.inFrom = outer.expected;
    inner.query = outer.expected;
    outer.expected = false;
    const defined = outer.withNames ? this.definition(at) : undefined;
    if (defined !== undefined) inner.defines = defined;
    this.scopes.push(inner);
    if (isWord(this.all[at + 1], "with")) inner.query = false;
  }

  /** The name in `name AS (`, `name (a, b) AS (` and `name AS MATERIALIZED (`. */
  private definition(at: number): string | undefined {
    let back = at - 1;
    while (isWord(this.all[back], "materialized", "not")) back--;
    if (!isWord(this.all[back], "as")) return undefined;
    back--;
    if (isSymbol(this.all[back], ")")) {
      while (back > 0 && !isSymbol(this.all[back], "(")) back--;
      back--;
    }
    const token = this.all[back];
    return token && nameOf(token);
  }

  private close(): void {
    if (this.scopes.length === 1) return;
    const closed = this.scopes.pop()!;
    if (closed.defines !== undefined) this.scopes.at(-1)!.locals.add(closed.defines);
  }

  private isDistinctFrom(at: number): boolean {
    return isWord(this.all[at - 1], "distinct") && isWord(this.all[at - 2], "is", "not");
  }

  private scope(expected: boolean): Scope {
    return { id: this.next++, inFrom: expected, expected, query: false, withNames: false, locals: new Set() };
  }
}
