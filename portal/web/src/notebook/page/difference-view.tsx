/** What changed, drawn: lines of a text with their signs, cells of a document one below the other. Out of scope: working it out. */
import type { Cell, NotebookDocument } from "../../api/types";
import { Badge } from "../../parts/badge";
import { t } from "../../words/t";
import { changes, idOf, lines, type Change } from "../document/difference";
import { headline, isSql } from "../document/model";
import { versionWords } from "./version-words";

/** Signs as well as colours, and words for who hears it. */
export function Lines({ before, after }: { before: string; after: string }) {
  return (
    <pre class="difference" tabIndex={0}>
      {lines(before, after).map(({ sign, text }, index) => (
        <div key={index} class={sign === "+" ? "line-added" : sign === "-" ? "line-removed" : "line-same"}>
          <span class="line-sign" aria-hidden="true">{sign}</span>
          {sign !== " " && <span class="unseen">{t(sign === "+" ? versionWords.lineAdded : versionWords.lineRemoved)}</span>}
          {text === "" ? " " : text}
        </div>
      ))}
    </pre>
  );
}

export function Changes({ before, after }: { before: NotebookDocument; after: NotebookDocument }) {
  const list = changes(before, after);
  const told = list.filter((change) => change.kind !== "same");
  const moved = told.length === 0 && before.cells.map((cell) => cell.id).join() !== after.cells.map((cell) => cell.id).join();
  if (told.length === 0) return <p class="muted">{t(moved ? versionWords.onlyMoved : versionWords.nothingChanged)}</p>;
  return <ul class="changes">{told.map((change) => <li key={idOf(change)}><OneChange change={change} /></li>)}</ul>;
}

function OneChange({ change }: { change: Change }) {
  const [before, after] = change.kind === "changed" ? [change.before, change.after] : change.kind === "removed" ? [change.cell, undefined] : [undefined, change.cell];
  const tone = change.kind === "added" ? "good" : change.kind === "removed" ? "bad" : "accent";
  const cell = after ?? before;
  return (
    <div class="change">
      <p class="change-head"><Badge tone={tone}>{t(versionWords[change.kind])}</Badge><span class="small muted">{cell ? headline(cell) : ""}</span></p>
      <Lines before={before ? whole(before) : ""} after={after ? whole(after) : ""} />
    </div>
  );
}

/** A cell's text with what else is kept of it. */
export function whole(cell: Cell): string {
  if (!isSql(cell)) return cell.source;
  const head = [cell.name && `-- name: ${cell.name}`, cell.explore && "-- explore", cell.chart !== undefined && `-- chart: ${JSON.stringify(cell.chart)}`].filter(Boolean);
  return [...head, cell.source].join("\n");
}
