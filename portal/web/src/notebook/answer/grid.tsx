/**
 * A grid of figures: any number of rows, only those in sight drawn; keys of the ARIA grid pattern; sorted here, without a new question.
 *
 * Suppressed cells are hatched, with a glyph, a text for screen readers, and the reason and remedy on hover and focus. Nothing can be
 * copied: figures leave by release only. Out of scope: where figures come from (figures.ts).
 */
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { toast } from "../../parts/toast";
import { Icon } from "../../parts/icon";
import { lang, t } from "../../words/t";
import { words as notebook } from "../words";
import type { Figures } from "../../api/figures";
import { formatters, widths } from "./format";
import { inSight, moved, type Spot } from "./keys";
import { ordered, turned, type Sort } from "./order";
import { GridCell } from "./grid-cell";
import { Reason, type Asked } from "./reason";
import { words } from "./words";
import "./grid.css";

const ROW = 30;
const HEAD = 34;
const SEEN = 12;

export function Grid({ figures, label }: { figures: Figures; label: string }) {
  const frame = useRef<HTMLDivElement>(null);
  const [sort, setSort] = useState<Sort>();
  const [spot, setSpot] = useState<Spot>({ row: -1, column: 0 });
  const [top, setTop] = useState(0);
  const [asked, setAsked] = useState<Asked>();
  const moving = useRef(false);
  const language = lang.value;
  const show = useMemo(() => formatters(figures, language, { yes: t(notebook.yes), no: t(notebook.no) }), [figures, language]);
  const wide = useMemo(() => widths(figures, show), [figures, show]);
  const rows = useMemo(() => ordered(figures, sort, language), [figures, sort, language]);
  const seen = Math.min(figures.rows, SEEN);
  const { first, end } = inSight(top, seen * ROW, ROW, figures.rows);
  const template = wide.map((each) => `${each}ch`).join(" ");

  useLayoutEffect(() => {
    if (!moving.current) return;
    moving.current = false;
    const box = frame.current;
    if (!box) return;
    if (spot.row >= 0) reveal(box, spot.row);
    box.querySelector<HTMLElement>('[data-spot="here"]')?.focus({ preventScroll: spot.row >= 0 });
  }, [spot]);

  const go = (to: Spot) => {
    moving.current = true;
    setSpot(to);
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Escape" && asked) {
      event.stopPropagation();
      return setAsked(undefined);
    }
    if (event.altKey || event.metaKey || event.shiftKey) return;
    const to = moved(spot, event, figures.rows, figures.columns.length, seen - 1);
    if (to) {
      event.preventDefault();
      event.stopPropagation();
      go(to);
    } else if (spot.row < 0 && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      event.stopPropagation();
      setSort(turned(sort, spot.column));
    }
  };
  const drawn = Array.from({ length: end - first }, (_, index) => first + index);
  if (spot.row >= 0 && spot.row < figures.rows && !drawn.includes(spot.row)) drawn.push(spot.row);

  return (
    <div class="grid-frame">
      <div
        ref={frame}
        class="grid"
        role="grid"
        aria-label={label}
        aria-rowcount={figures.rows + 1}
        aria-colcount={figures.columns.length}
        style={{ height: `${HEAD + seen * ROW + 2}px` }}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
        onKeyDown={keys}
        onCopy={refuseCopy}
        onCut={refuseCopy}
        onDragStart={(event) => event.preventDefault()}
      >
        <div class="grid-inside" style={{ height: `${HEAD + figures.rows * ROW}px` }}>
          <div class="grid-row grid-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
            {figures.columns.map((column, index) => {
              const here = spot.row === -1 && spot.column === index;
              const by = sort?.column === index ? sort : undefined;
              return (
                <div
                  key={index}
                  role="columnheader"
                  aria-colindex={index + 1}
                  aria-sort={by ? (by.down ? "descending" : "ascending") : "none"}
                  class={`grid-cell${column.kind === "number" ? " grid-end" : ""}`}
                  tabIndex={here ? 0 : -1}
                  data-spot={here ? "here" : undefined}
                  title={t(words.sortHint, { column: column.name })}
                  onClick={() => {
                    go({ row: -1, column: index });
                    setSort(turned(sort, index));
                  }}
                >
                  <span class="grid-text">{column.name}</span>
                  {by && <Icon name={by.down ? "down" : "up"} size={12} />}
                </div>
              );
            })}
          </div>
          {drawn.map((place) => {
            const row = rows[place]!;
            return (
              <div key={place} class={`grid-row${place % 2 ? " grid-odd" : ""}`} role="row" aria-rowindex={place + 2} style={{ gridTemplateColumns: template, top: `${HEAD + place * ROW}px` }}>
                {figures.columns.map((column, index) => (
                  <GridCell
                    key={index}
                    kind={column.kind}
                    value={figures.value(row, index)}
                    text={show[index]!(figures.value(row, index))}
                    hidden={figures.hidden(row, index)}
                    column={index}
                    here={spot.row === place && spot.column === index}
                    act={() => go({ row: place, column: index })}
                    ask={setAsked}
                  />
                ))}
              </div>
            );
          })}
        </div>
      </div>
      {asked && <Reason asked={asked} close={() => setAsked(undefined)} />}
      <p class="grid-foot muted small">
        <span class="figures">{spot.row >= 0 && figures.rows > seen ? t(words.at, { row: (spot.row + 1).toLocaleString(language), rows: figures.rows.toLocaleString(language) }) : ""}</span>
        <span class="grid-nocopy"><Icon name="lock" size={12} />{t(words.noCopyShort)}</span>
      </p>
    </div>
  );
}

function refuseCopy(event: ClipboardEvent): void {
  event.preventDefault();
  event.stopPropagation();
  toast(t(words.noCopy));
}

/** Scrolls so far that a row is below the header and above the lower edge. */
function reveal(box: HTMLElement, row: number): void {
  const [upper, lower] = [row * ROW, HEAD + (row + 1) * ROW];
  if (box.scrollTop > upper) box.scrollTop = upper;
  else if (box.scrollTop + box.clientHeight < lower) box.scrollTop = lower - box.clientHeight;
}
