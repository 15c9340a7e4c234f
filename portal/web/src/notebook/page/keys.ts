/**
 * Which key does what. In an editor only keys with Ctrl, Alt or Shift are ours; on a cell (after Escape) single letters too, which
 * WCAG 2.1.4 allows where they work only with the focus there.
 *
 * Out of scope: keys of the grid (answer/keys.ts).
 */
import { isSql } from "../document/model";
import { add, duplicate, indexOf, remove, run, shift, step, turn, write } from "./acts";
import type { Book } from "./book";
import { focusCell, focusEditor } from "./focus";

/** For CodeMirror: names of keys as it writes them. */
export function editorKeys(book: Book, id: string): Record<string, () => boolean> {
  const does = (act: () => void) => () => {
    act();
    return true;
  };
  return {
    "Mod-Enter": does(() => run(book, id, "stay")),
    "Shift-Enter": does(() => run(book, id, "next")),
    "Alt-Enter": does(() => run(book, id, "below")),
    "Alt-ArrowUp": does(() => shift(book, id, -1)),
    "Alt-ArrowDown": does(() => shift(book, id, 1)),
    "Mod-s": does(() => void book.save()),
  };
}

/** On a cell that has the focus itself. True where the key was ours. */
export function cellKey(book: Book, id: string, event: KeyboardEvent, explain: () => void): boolean {
  const mod = event.ctrlKey || event.metaKey;
  const name = `${mod ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${event.shiftKey && event.key.length > 1 ? "Shift+" : ""}${event.key}`;
  const act = acts(book, id, explain)[name] ?? acts(book, id, explain)[name.toLowerCase()];
  if (!act) return false;
  act();
  return true;
}

function acts(book: Book, id: string, explain: () => void): Record<string, () => void> {
  const at = indexOf(book, id);
  const cell = book.document.peek().cells[at];
  return {
    "Ctrl+Enter": () => run(book, id, "stay"),
    "Shift+Enter": () => run(book, id, "next"),
    "Alt+Enter": () => run(book, id, "below"),
    "Alt+ArrowUp": () => shift(book, id, -1),
    "Alt+ArrowDown": () => shift(book, id, 1),
    ArrowUp: () => step(book, id, -1),
    ArrowDown: () => step(book, id, 1),
    Enter: () => {
      if (cell && !isSql(cell)) write(book, id, true);
      focusEditor(id);
    },
    a: () => add(book, at, "sql"),
    b: () => add(book, at + 1, "sql"),
    m: () => turn(book, id, "markdown"),
    y: () => turn(book, id, "sql"),
    c: () => duplicate(book, id),
    e: explain,
    Delete: () => remove(book, id),
    "ctrl+z": () => book.undo(),
    "ctrl+y": () => book.redo(),
    "Ctrl+Shift+z": () => book.redo(),
    Escape: () => focusCell(id),
  };
}
