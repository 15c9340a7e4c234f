/**
 * Why a cell is suppressed, and what to ask instead, beside the cell. It stays while the pointer is on the cell or on itself; Escape closes it.
 *
 * Screen readers have the same words in the cell, and the way to the help page above the grid. Out of scope: which cell (grid.tsx).
 */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Suppressed } from "../../api/types";
import { Link } from "../../parts/place";
import { t } from "../../words/t";
import { GLYPH } from "../chart/encoding";
import { words } from "./words";

export interface Asked {
  cell: HTMLElement;
  hidden: Suppressed;
}

const WIDTH = 320;

export function Reason({ asked, close }: { asked: Asked; close: () => void }) {
  const self = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ left: 0, top: 0 });

  const put = () => {
    if (!asked.cell.isConnected) return close();
    const cell = asked.cell.getBoundingClientRect();
    const height = self.current?.offsetHeight ?? 120;
    const below = cell.bottom + 4 + height < window.innerHeight;
    setPlace({ left: Math.max(8, Math.min(cell.left, window.innerWidth - WIDTH - 16)), top: below ? cell.bottom + 2 : cell.top - height - 2 });
  };
  useLayoutEffect(put, [asked]);

  useEffect(() => {
    const leave = (event: PointerEvent) => {
      const on = event.target instanceof Node ? event.target : null;
      if (asked.cell.contains(on) || self.current?.contains(on)) return;
      if (asked.cell !== document.activeElement) close();
    };
    const escape = (event: KeyboardEvent) => event.key === "Escape" && close();
    document.addEventListener("pointermove", leave);
    document.addEventListener("keydown", escape);
    document.addEventListener("scroll", put, { passive: true, capture: true });
    return () => {
      document.removeEventListener("pointermove", leave);
      document.removeEventListener("keydown", escape);
      document.removeEventListener("scroll", put, { capture: true });
    };
  }, [asked]);

  return (
    <div ref={self} class="reason" aria-hidden="true" style={{ left: `${place.left}px`, top: `${place.top}px`, width: `${WIDTH}px` }}>
      <p class="reason-why"><span class="grid-glyph">{GLYPH}</span>{t(asked.hidden.message)}</p>
      <p class="reason-what"><span class="muted small">{t(words.remedy)}</span>{t(asked.hidden.remedy)}</p>
      <p class="small"><Link href={`/help#${asked.hidden.reason}`} tabIndex={-1}>{t(words.learnMore)}</Link></p>
    </div>
  );
}
