/**
 * Grey bars where words will stand, of the same height, so that nothing moves when they come. `<Skeleton lines={3} />`
 * lines: how many · height: of one, in px (default 20) · gap: between them (default 12). Says "loading" once to screen readers.
 */
import { common } from "../words/common";
import { t } from "../words/t";
import "./skeleton.css";

export function Skeleton({ lines = 3, height = 20, gap = 12 }: { lines?: number; height?: number; gap?: number }) {
  return (
    <div class="skeleton" role="status" style={{ gap: `${gap}px` }}>
      <span class="unseen">{t(common.loading)}</span>
      {Array.from({ length: lines }, (_, i) => <div key={i} class="bone" style={{ height: `${height}px` }} />)}
    </div>
  );
}
