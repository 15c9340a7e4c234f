/**
 * The picture of a chart, with a tip beside the pointer. It follows the width of its frame.
 *
 * There is no menu to save it: figures leave by release only. Out of scope: what is drawn.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../words/t";
import type { Drawn } from "./draw";
import { words } from "./words";

interface Props {
  specification: object;
  /** What the picture is, for who can't see it. */
  about: string;
  height: number;
  failed: (failed: boolean) => void;
}

interface Tip { left: number; top: number; lines: [string, string][] }

export function Canvas({ specification, about, height, failed }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const [tip, setTip] = useState<Tip>();
  const [busy, setBusy] = useState(true);

  useEffect(() => {
    const container = frame.current;
    if (!container) return;
    let [gone, drawn]: [boolean, Drawn | undefined] = [false, undefined];
    const watch = new ResizeObserver(() => drawn?.resize(container.clientWidth));
    const tell = (at: MouseEvent, said: unknown) => setTip(tipOf(at, said));
    import("./draw")
      .then(({ draw }) => (gone ? undefined : draw(container, specification, tell)))
      .then(
        (view) => {
          drawn = view;
          if (gone) view?.end();
          else watch.observe(container);
          setBusy(false);
          failed(false);
        },
        () => {
          setBusy(false);
          failed(true);
        },
      );
    return () => {
      gone = true;
      watch.disconnect();
      drawn?.end();
      container.replaceChildren();
      setTip(undefined);
    };
  }, [specification]);

  return (
    <div class="chart-frame" style={{ minHeight: `${height}px` }} aria-busy={busy}>
      <div ref={frame} class="chart" role="img" aria-label={about} onContextMenu={(event) => event.preventDefault()} onDragStart={(event) => event.preventDefault()} />
      {busy && <span class="unseen" role="status">{t(words.drawing)}</span>}
      {tip && (
        <dl class="chart-tip" aria-hidden="true" style={{ left: `${tip.left}px`, top: `${tip.top}px` }}>
          {tip.lines.map(([name, value]) => <div key={name}><dt>{name}</dt><dd class="figures">{value}</dd></div>)}
        </dl>
      )}
    </div>
  );
}

function tipOf(at: MouseEvent, said: unknown): Tip | undefined {
  if (typeof said !== "object" || said === null) return undefined;
  const lines = Object.entries(said).map(([name, value]): [string, string] => [name, String(value)]);
  return { left: Math.min(at.clientX + 12, window.innerWidth - 220), top: at.clientY + 14, lines };
}
