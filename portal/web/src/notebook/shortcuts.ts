/** The cheat sheet of keys, in its order: for the dialog in a notebook and for the help page. Out of scope: what they do (page/keys.ts). */
import { words as notebook } from "./words";

interface Pair { ja: string; en: string }
export interface Shortcut { keys: string[]; words: Pair }

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
