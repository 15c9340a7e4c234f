/** The points of a chart as a table, for who can't see the picture, or wants the figures. Out of scope: sorting (the grid has it). */
import { useState } from "preact/hooks";
import { lang, t } from "../../words/t";
import type { FigureColumn } from "../../api/figures";
import { formatter } from "../answer/format";
import { words as answer } from "../answer/words";
import { words as notebook } from "../words";
import type { ChartChoice, Role } from "./choice";
import { GLYPH } from "./encoding";
import type { Point, Points } from "./points";
import { words } from "./words";

const MOST_READ = 200;

export function Reading({ choice, points, columns }: { choice: ChartChoice; points: Points; columns: readonly FigureColumn[] }) {
  const [open, setOpen] = useState(false);
  const roles = (["x", "series", "y", "z"] as const).filter((role) => choice[role] !== undefined);
  const figure: Role = choice.kind === "heat" ? "z" : "y";
  return (
    <details class="chart-reading" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t(words.asTable)}</summary>
      {open && (
        <div class="table-frame" tabIndex={0} role="region" aria-label={t(words.asTable)} onCopy={(event) => event.preventDefault()}>
          <table class="table">
            <thead><tr>{roles.map((role) => <th key={role} scope="col">{choice[role]}</th>)}</tr></thead>
            <tbody>
              {points.list.slice(0, MOST_READ).map((point, index) => (
                <tr key={index}>
                  {roles.map((role) => <td key={role} class={role === figure ? "figures" : undefined}>{role === figure && point.state !== "shown" ? missing(point) : shown(point[role], choice[role], columns)}</td>)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}

function missing(point: Point): string {
  return point.state === "suppressed" ? `${GLYPH} ${t(words.suppressed)}` : t(answer.nothing);
}

function shown(value: string | number | null, name: string | undefined, columns: readonly FigureColumn[]): string {
  const column = columns.find((each) => each.name === name);
  if (!column || value === null) return value === null ? t(answer.nothing) : String(value);
  return formatter(column, [value], lang.value, { yes: t(notebook.yes), no: t(notebook.no) })(value);
}
