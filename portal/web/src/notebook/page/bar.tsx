/** The bar above the cells: the title, running, undoing, finding, and whether all is saved. Out of scope: the dialogs it opens. */
import { useEffect, useState } from "preact/hooks";
import { troubleOf } from "../../api/trouble";
import { Button, IconButton } from "../../parts/button";
import { Icon } from "../../parts/icon";
import { Menu } from "../../parts/menu";
import { go, Link } from "../../parts/place";
import { t } from "../../words/t";
import { words } from "../words";
import { useBook } from "./context";
import { exportAs } from "./files";
import { SessionBar } from "./session";

export type Panel = "search" | "history" | "shortcuts";

export function Bar({ open }: { open: (panel: Panel) => void }) {
  const book = useBook();
  const busy = book.runs.busy.value > 0;
  const { past, future } = book.history.value;
  const catalogue = `/studies/${encodeURIComponent(book.study)}/catalogue`;
  return (
    <div class="bar">
      <div class="bar-top">
        <Link href={`/studies/${encodeURIComponent(book.study)}`} class="bar-back"><Icon name="left" size={12} />{book.study}<span class="unseen">{t(words.back)}</span></Link>
        <SessionBar />
      </div>
      <div class="bar-main">
        <Title />
        <SaveSign />
        <div class="bar-acts" role="toolbar" aria-label={t(words.more)}>
          {busy
            ? <Button icon="stop" onClick={() => void book.runs.cancelAll()}>{t(words.stopAll)}</Button>
            : <Button icon="play" onClick={() => void book.runAll()}>{t(words.runAll)}</Button>}
          <IconButton icon="undo" label={t(words.undo)} disabled={past.length === 0} onClick={() => book.undo()} />
          <IconButton icon="redo" label={t(words.redo)} disabled={future.length === 0} onClick={() => book.redo()} />
          <IconButton icon="search" label={t(words.search)} onClick={() => open("search")} />
          <Link href={catalogue} class="button quiet"><Icon name="table" /><span class="bar-words">{t(words.catalogue)}</span></Link>
          <Menu
            label={t(words.more)}
            class="button quiet only-icon"
            items={[
              { words: t(words.history), icon: "clock", act: () => open("history") },
              { words: t(words.shortcuts), icon: "info", act: () => open("shortcuts") },
              { words: t(words.saveNow), icon: "save", act: () => void book.save() },
              "line",
              { words: t(words.exportIpynb), icon: "file", act: () => exportAs(book.history.peek().present, "ipynb") },
              { words: t(words.exportPlain), icon: "file", act: () => exportAs(book.history.peek().present, "sql") },
              "line",
              { words: t(words.help), icon: "info", act: () => go("/help") },
              { words: t(words.back), icon: "left", act: () => go(`/studies/${encodeURIComponent(book.study)}`) },
            ]}
          >
            <Icon name="more" />
          </Menu>
        </div>
      </div>
    </div>
  );
}

function Title() {
  const book = useBook();
  const kept = book.title.value;
  const [typed, setTyped] = useState(kept);
  useEffect(() => setTyped(kept), [kept]);
  return (
    <h1 class="bar-title">
      <input
        class="bar-title-box"
        aria-label={t(words.title)}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onBlur={() => (typed.trim() === "" ? setTyped(kept) : book.rename(typed))}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.isComposing) event.currentTarget.blur();
          if (event.key === "Escape") setTyped(kept);
        }}
      />
    </h1>
  );
}

function SaveSign() {
  const book = useBook();
  const state = book.saving.value;
  const failed = state.kind === "failed";
  const text = { saved: words.saved, saving: words.saving, dirty: words.dirty, failed: words.saveFailed, conflict: words.dirty }[state.kind];
  return (
    <span class={`save-sign${failed ? " save-failed" : ""}`} role="status" title={failed ? t(troubleOf(state.thrown).message) : undefined}>
      <Icon name={failed ? "warn" : state.kind === "saved" ? "check" : "clock"} size={14} />
      {t(text)}
    </span>
  );
}
