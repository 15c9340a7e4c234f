/**
 * CodeMirror, set up for a cell. Loaded when the first cell is to be written in.
 *
 * Styles carry the page's nonce, so that the content policy lets them in. Out of scope: what is done with a change.
 */
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, closeCompletion, completionKeymap, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { markdown } from "@codemirror/lang-markdown";
import { PostgreSQL, sql } from "@codemirror/lang-sql";
import { bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { Annotation, Compartment, EditorState, Prec, type Extension } from "@codemirror/state";
import { EditorView, keymap, placeholder, type KeyBinding } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { complete, type Option, type Surroundings } from "../../sql/completion";

export interface Mark {
  from: number;
  to: number;
  message: string;
  actions: { name: string; apply: () => void }[];
}

export interface Setup {
  parent: HTMLElement;
  kind: "sql" | "markdown" | "json";
  source: string;
  label: string;
  holder: string;
  changed: (source: string) => void;
  around: () => Surroundings;
  /** Commands of the notebook; they go before the editor's own. */
  keys: Record<string, () => boolean>;
  classWords: (of: Option) => string;
}

export interface Code {
  show: (source: string) => void;
  mark: (marks: Mark[]) => void;
  focus: (at?: number) => void;
  name: (label: string) => void;
  destroy: () => void;
}

/** A change that came from outside, not from the person. */
const outside = Annotation.define<boolean>();

export function code(setup: Setup): Code {
  const label = new Compartment();
  const view = new EditorView({ parent: setup.parent, state: EditorState.create({ doc: setup.source, extensions: [extensions(setup), label.of(named(setup.label))] }) });
  return {
    show: (source) => replace(view, source),
    mark: (marks) => view.dispatch(setDiagnostics(view.state, marks.flatMap((mark) => diagnostic(view, mark)))),
    focus: (at) => {
      view.focus();
      if (at !== undefined) view.dispatch({ selection: { anchor: Math.min(at, view.state.doc.length) }, scrollIntoView: true });
    },
    name: (words) => view.dispatch({ effects: label.reconfigure(named(words)) }),
    destroy: () => view.destroy(),
  };
}

function extensions(setup: Setup): Extension {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
  const keys: KeyBinding[] = Object.entries(setup.keys).map(([key, run]) => ({
    key,
    // Whoever runs or moves a cell is done with choosing.
    run: (view) => (closeCompletion(view), run()),
    preventDefault: true,
  }));
  const language = setup.kind === "sql" ? [sql({ dialect: PostgreSQL, upperCaseKeywords: true }), completion(setup)] : setup.kind === "markdown" ? markdown() : [];
  return [
    EditorView.cspNonce.of(nonce),
    Prec.highest(keymap.of(keys)),
    history(),
    closeBrackets(),
    bracketMatching(),
    EditorView.lineWrapping,
    EditorState.tabSize.of(2),
    placeholder(setup.holder),
    syntaxHighlighting(classHighlighter),
    language,
    // Tab takes a completion, and otherwise leaves the editor as in any form.
    keymap.of([{ key: "Tab", run: acceptCompletion }, ...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap.filter((each) => each !== indentWithTab)]),
    EditorView.domEventHandlers({ beforeinput: replaceByHand, blur: leave }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged && !update.transactions.some((each) => each.annotation(outside))) setup.changed(update.state.doc.toString());
    }),
  ];
}

/** A list that is open, or was about to open, closes when the focus goes elsewhere, as to the button that runs the cell. */
function leave(_: FocusEvent, view: EditorView): boolean {
  setTimeout(() => !view.hasFocus && closeCompletion(view));
  return false;
}

/**
 * Typing over a selection: left to itself, the browser copies the colours of what was there into a style attribute, which the
 * content policy refuses (and says so in the console).
 */
function replaceByHand(event: InputEvent, view: EditorView): boolean {
  const { main, ranges } = view.state.selection;
  const text = event.data;
  if (event.inputType !== "insertText" || !text || main.empty || ranges.length > 1 || view.composing) return false;
  const insert = () => view.state.update(view.state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
  const handled = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, main.from, main.to, text, insert));
  if (!handled) view.dispatch(insert());
  event.preventDefault();
  return true;
}

function named(label: string): Extension {
  return EditorView.contentAttributes.of({ "aria-label": label });
}

function completion({ around, classWords }: Setup): Extension {
  const source = (context: CompletionContext): CompletionResult | null => {
    const found = complete(context.state.doc.toString(), context.pos, around(), context.explicit);
    if (!found) return null;
    const options = found.options.map(({ label, kind, detail, apply, boost, ...option }) => ({
      label,
      type: KINDS[kind],
      boost,
      ...(apply ? { apply } : {}),
      detail: [detail, classWords({ label, kind, boost, ...option })].filter(Boolean).join(" · "),
    }));
    const values = found.options[0]?.kind === "value";
    return { from: found.from, options, validFor: values ? /^[^']*$/ : /^:?[\p{L}\p{N}_]*$/u };
  };
  return autocompletion({ override: [source], icons: false, tooltipClass: () => "completion" });
}

const KINDS: Record<Option["kind"], string> = { table: "class", cell: "namespace", column: "property", function: "function", aggregate: "function", parameter: "variable", word: "keyword", value: "text" };

/** The smallest change that makes the text: the cursor and the undo of the rest stay. */
function replace(view: EditorView, source: string): void {
  const before = view.state.doc.toString();
  if (before === source) return;
  let from = 0;
  while (from < before.length && from < source.length && before[from] === source[from]) from++;
  let [to, end] = [before.length, source.length];
  while (to > from && end > from && before[to - 1] === source[end - 1]) {
    to--;
    end--;
  }
  view.dispatch({ changes: { from, to, insert: source.slice(from, end) }, annotations: outside.of(true) });
}

function diagnostic(view: EditorView, { from, to, message, actions }: Mark): Diagnostic[] {
  const { length } = view.state.doc;
  if (from > length) return [];
  return [{ from, to: Math.min(to, length), severity: "error", message, actions: actions.map(({ name, apply }) => ({ name, apply: () => apply() })) }];
}
