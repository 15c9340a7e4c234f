/**
 * Which key does what. In an editor only keys with Ctrl, Alt or Shift are ours; on a cell (after Escape) single letters too, which
 * WCAG 2.1.4 allows where they work only with the focus there.
 *
 * Out of scope: keys of the grid (answer/keys.ts).
 */
import { isSql } from "../document/model";
import { words as notebook } from "../words";
import { add, duplicate, indexOf, remove, run, shift, step, turn, write } from "./acts";
import type { Book } from "./book";
import { focusCell, focusEditor } from "./focus";

interface Pair { ja: string; en: string }
export interface Shortcut { keys: string[]; words: Pair }

/** For the cheat sheet, in its order. */
export const SHORTCUTS: { title: Pair; list: Shortcut[] }[] = [
  {
    title: { ja: "どこでも", en: "Anywhere" },
    list: [
      { keys: ["Ctrl+Enter"], words: { ja: "セルを実行", en: "Run the cell" } },
      { keys: ["Shift+Enter"], words: { ja: "実行して次のセルへ", en: "Run, and go to the next cell" } },
      { keys: ["Alt+Enter"], words: { ja: "実行して下に追加", en: "Run, and add a cell below" } },
      { keys: ["Alt+↑", "Alt+↓"], words: { ja: "セルを上・下へ移動", en: "Move the cell up or down" } },
      { keys: ["Ctrl+S"], words: notebook.saveNow },
      { keys: ["Ctrl+Shift+F"], words: notebook.search },
      { keys: ["Esc"], words: { ja: "編集を終えてセルを選ぶ", en: "Leave the editor, select the cell" } },
    ],
  },
  {
    title: { ja: "編集中", en: "In the editor" },
    list: [
      { keys: ["Ctrl+Space"], words: { ja: "候補を表示(Tab・Enter で決定)", en: "Show completions (Tab or Enter takes one)" } },
      { keys: ["Ctrl+Z", "Ctrl+Y"], words: { ja: "入力を元に戻す・やり直す", en: "Undo or redo typing" } },
      { keys: ["Ctrl+/"], words: { ja: "コメントにする・戻す", en: "Comment out or in" } },
      { keys: ["F8"], words: { ja: "次の問題の位置へ", en: "Go to the next problem" } },
    ],
  },
  {
    title: { ja: "セルを選んでいるとき", en: "On a selected cell" },
    list: [
      { keys: ["Enter"], words: { ja: "編集する", en: "Edit it" } },
      { keys: ["↑", "↓"], words: { ja: "前・次のセル", en: "Previous or next cell" } },
      { keys: ["A", "B"], words: { ja: "上・下に SQL セルを追加", en: "Add an SQL cell above or below" } },
      { keys: ["M", "Y"], words: { ja: "文章セル・SQL セルにする", en: "Turn into text or SQL" } },
      { keys: ["C"], words: notebook.duplicate },
      { keys: ["E"], words: notebook.explain },
      { keys: ["Delete"], words: notebook.removeCell },
      { keys: ["Ctrl+Z", "Ctrl+Y"], words: { ja: "セルの操作を元に戻す・やり直す", en: "Undo or redo changes of cells" } },
      { keys: ["?"], words: notebook.shortcuts },
    ],
  },
];

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
