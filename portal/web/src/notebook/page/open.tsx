/** An open notebook: its bar, its parameters, its cells, and what opens over them. */
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Catalogue, Notebook } from "../../api/types";
import { guard } from "../../parts/place";
import { t } from "../../words/t";
import { words } from "../words";
import { Bar, type Panel } from "./bar";
import { Book } from "./book";
import { Cells } from "./cells";
import { Conflicts } from "./conflicts";
import { BookContext } from "./context";
import { focusCell } from "./focus";
import { Parameters } from "./parameters";
import { Search } from "./search";
import { Shortcuts } from "./shortcuts";
import { Versions } from "./versions";
import "./page.css";

export function OpenNotebook({ study, catalogue, notebook }: { study: string; catalogue: Catalogue; notebook: Notebook }) {
  const book = useMemo(() => new Book(study, catalogue, notebook), [study, notebook.notebook]);
  const [panel, setPanel] = useState<Panel>();
  useEffect(() => leaving(book), [book]);
  useEffect(() => pageKeys(book, setPanel), [book]);
  const show = (next: Panel) => {
    if (next === "history") void book.refresh();
    setPanel(next);
  };
  const close = () => {
    setPanel(undefined);
    if (book.current.peek()) focusCell(book.current.peek()!);
  };
  return (
    <BookContext.Provider value={book}>
      <div class="page book">
        <Bar open={show} />
        <Parameters />
        <Cells />
        <p class="unseen" role="status">{book.said.value}</p>
        {panel === "search" && <Search close={() => setPanel(undefined)} />}
        {panel === "shortcuts" && <Shortcuts close={close} />}
        {panel === "history" && <Versions close={close} />}
        <Conflicts />
      </div>
    </BookContext.Provider>
  );
}

/** What is not saved is saved or put aside before the page goes away, and asked about where it could be lost. */
function leaving(book: Book): () => void {
  const before = (event: BeforeUnloadEvent) => {
    book.leave();
    if (book.dirty) event.preventDefault();
  };
  const seen = () => (document.hidden ? book.leave() : void book.refresh());
  const takeAway = guard(() => book.saving.peek().kind !== "failed" || window.confirm(t(words.leave)));
  window.addEventListener("beforeunload", before);
  document.addEventListener("visibilitychange", seen);
  return () => {
    takeAway();
    window.removeEventListener("beforeunload", before);
    document.removeEventListener("visibilitychange", seen);
    book.close();
  };
}

/** Keys that work wherever nobody is typing. */
function pageKeys(book: Book, open: (panel: Panel) => void): () => void {
  const pressed = (event: KeyboardEvent) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const target = event.target instanceof HTMLElement ? event.target : document.body;
    const typing = target.closest("input, select, textarea, [contenteditable=true]") !== null;
    const mod = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    let act: (() => void) | undefined;
    if (mod && event.shiftKey && key === "f") act = () => open("search");
    else if (mod && key === "s") act = () => void book.save();
    else if (typing) return;
    else if (event.key === "?") act = () => open("shortcuts");
    else if (mod && !event.shiftKey && key === "z") act = () => book.undo();
    else if (mod && (key === "y" || (event.shiftKey && key === "z"))) act = () => book.redo();
    if (!act) return;
    event.preventDefault();
    act();
  };
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}
