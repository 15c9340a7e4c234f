/**
 * The editor of a cell: plain text until it comes into sight, CodeMirror then.
 *
 * Both look the same, so nothing moves. Out of scope: CodeMirror itself (code.ts).
 */
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../../words/t";
import { columnClasses } from "../../../catalogue/words";
import type { Surroundings } from "../../sql/completion";
import type { Code, Mark, Setup } from "./code";
import "./editor.css";

interface Props {
  kind: Setup["kind"];
  source: string;
  /** The text as it is kept at this moment: what is drawn may lag behind a person who types. */
  latest: () => string;
  label: string;
  holder: string;
  changed: (source: string) => void;
  keys: Setup["keys"];
  around?: () => Surroundings;
  marks?: Mark[];
  /** Counts up when the editor is to have the focus; `at` is a place in the text. */
  wanted?: { turn: number; at?: number } | undefined;
  focused?: () => void;
}

const NOTHING: Surroundings = { catalogue: undefined, earlier: [], parameters: [] };

export function Editor(props: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const still = useRef<HTMLPreElement>(null);
  const made = useRef<Code | undefined>(undefined);
  const now = useRef(props);
  now.current = props;

  useEffect(() => {
    const parent = frame.current;
    if (!parent) return;
    let gone = false;
    const make = async () => {
      const { code } = await import("./code");
      if (gone || made.current) return;
      const had = document.activeElement === still.current;
      made.current = code(setup(parent, now));
      still.current?.remove();
      made.current.mark(now.current.marks ?? []);
      if (had || now.current.wanted) made.current.focus(now.current.wanted?.at);
    };
    const watch = new IntersectionObserver((seen) => {
      if (!seen.some((each) => each.isIntersecting)) return;
      watch.disconnect();
      void make();
    }, { rootMargin: "400px" });
    watch.observe(parent);
    return () => {
      gone = true;
      watch.disconnect();
      made.current?.destroy();
      made.current = undefined;
    };
  }, []);

  useEffect(() => made.current?.show(now.current.latest()), [props.source]);
  useEffect(() => made.current?.mark(props.marks ?? []), [props.marks]);
  useEffect(() => made.current?.name(props.label), [props.label]);
  useEffect(() => {
    if (props.wanted) made.current?.focus(props.wanted.at);
  }, [props.wanted?.turn]);

  return <div class="editor" ref={frame} onFocusIn={() => props.focused?.()}><Still source={props.source} refer={still} /></div>;
}

/** Drawn once; afterwards its place is CodeMirror's. */
function Still({ source, refer }: { source: string; refer: { current: HTMLPreElement | null } }) {
  const first = useRef(source);
  return <pre class="editor-still" ref={refer} tabIndex={-1}>{first.current === "" ? " " : first.current}</pre>;
}

function setup(parent: HTMLElement, now: { current: Props }): Setup {
  const { kind, latest, label, holder, keys } = now.current;
  return {
    parent,
    kind,
    source: latest(),
    label,
    holder,
    changed: (text) => now.current.changed(text),
    around: () => now.current.around?.() ?? NOTHING,
    keys: Object.fromEntries(Object.keys(keys).map((key) => [key, () => now.current.keys[key]?.() ?? false])),
    classWords: (option) => (option.class ? t(columnClasses[option.class]) : ""),
  };
}
