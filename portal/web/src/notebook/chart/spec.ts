/**
 * Vega-Lite specifications from points. Pure: the same choice and points give the same specification.
 *
 * Suppressed figures are never zero: bars and cells are left out, lines break, and a mark stands on the axis instead. Bars of
 * several series stand side by side, never on each other: a sum with a part missing would mislead.
 */
import type { FigureColumn } from "../../api/figures";
import { breadth } from "../answer/format";
import { axisOf, columnOf, dashes, figure, marker, nominal, only, seriesOf, tooltip } from "./encoding";
import type { ChartChoice } from "./choice";
import { config, type Look } from "./look";
import { inOrder, type Point, type Points } from "./points";

export interface Labels {
  /** Said of a suppressed point. */
  suppressed: string;
  /** What the axis says: `3 suppressed`. */
  count: string;
}

export type Spec = Record<string, unknown>;

export interface Context {
  choice: ChartChoice;
  columns: readonly FigureColumn[];
  points: Points;
  labels: Labels;
  look: Look;
}

export const HEIGHT = 280;
const AT_AXIS = 8;

export function spec(context: Context): Spec {
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    data: { values: context.points.list },
    width: "container",
    height: heightOf(context),
    background: "transparent",
    autosize: { type: "fit-x", contains: "padding" },
    config: config(context.look),
    layer: LAYERS[context.choice.kind](context),
  };
}

const LAYERS: Record<ChartChoice["kind"], (context: Context) => Spec[]> = { bar: bars, line: lines, steps: lines, histogram, heat, own: () => [] };

function heightOf({ choice, points: { list } }: Context): number {
  if (choice.kind === "bar" && isLying(list)) return Math.max(160, new Set(list.map((point) => point.x)).size * (choice.series ? 36 : 24));
  if (choice.kind === "heat") return Math.max(120, Math.min(640, new Set(list.map((point) => point.y)).size * 30));
  return HEIGHT;
}

/** Labels lean where the picture is too narrow for all of them in one line; Japanese letters are as wide as high. */
function leaning(list: readonly Point[]): Spec {
  const wide = inOrder(list.map((point) => String(point.x ?? ""))).reduce((sum, label) => sum + breadth(label) * 7 + 10, 0);
  return { expr: `width < ${wide} ? -45 : 0` };
}

/** Long labels are easier to read beside lying bars. */
export function isLying(list: readonly Point[]): boolean {
  const labels = inOrder(list.map((point) => String(point.x ?? "")));
  return labels.some((label) => label.length > 10) || (labels.length > 14 && labels.some((label) => label.length > 4));
}

function bars(context: Context): Spec[] {
  const { choice, columns, points, look } = context;
  const lying = isLying(points.list);
  const [along, across, offset] = lying ? ["y", "x", "yOffset"] as const : ["x", "y", "xOffset"] as const;
  const series = seriesOf(points.list, choice, look);
  const place = {
    [along]: { ...nominal("x", points.list, choice.x), axis: { labelLimit: 180, labelAngle: lying ? 0 : leaning(points.list) } },
    ...(choice.series ? { [offset]: { field: "series", scale: { domain: series.domain } } } : {}),
  };
  return [
    {
      transform: only("shown"),
      mark: { type: "bar", color: look.accent },
      encoding: { ...place, [across]: figure("y", choice.y, context), ...series.colour, tooltip: tooltip(choice, columns) },
    },
    marker({ ...place, [across]: { value: lying ? AT_AXIS : HEIGHT - AT_AXIS }, ...series.colour }, context),
  ];
}

function lines(context: Context): Spec[] {
  const { choice, columns, points, look } = context;
  const series = seriesOf(points.list, choice, look);
  const x = axisOf("x", columnOf(columns, choice.x), points.list, choice.x);
  const steps = choice.kind === "steps";
  const y = { ...figure("y", choice.y, context), ...(steps && points.list.every(isShare) ? { scale: { domain: [0, 1] }, axis: { format: ".0%" } } : {}) };
  const broken = "break-paths-show-path-domains";
  return [
    {
      mark: { type: "line", strokeWidth: 2, color: look.accent, invalid: broken, ...(steps ? { interpolate: "step-after" } : {}) },
      encoding: { x, y, ...series.colour, ...(choice.series ? { strokeDash: dashes(series.domain) } : {}) },
    },
    {
      transform: only("shown"),
      mark: { type: "point", filled: true, size: steps ? 14 : 44, opacity: 1, color: look.accent },
      encoding: { x, y, ...series.colour, tooltip: tooltip(choice, columns) },
    },
    marker({ x, y: { value: HEIGHT - AT_AXIS }, ...series.colour }, context),
  ];
}

/** A probability of survival, say. */
function isShare(point: Point): boolean {
  return typeof point.y !== "number" || (point.y >= 0 && point.y <= 1);
}

function histogram(context: Context): Spec[] {
  const { choice, columns, points, look } = context;
  const edges = inOrder(points.list.flatMap((point) => (typeof point.x === "number" ? [point.x] : []))).toSorted((a, b) => a - b);
  const least = Math.min(...edges.slice(1).map((edge, index) => edge - edges[index]!));
  const step = Number.isFinite(least) ? least : 1;
  const values = points.list.flatMap((point) => {
    if (typeof point.x !== "number") return [];
    const end = point.z ?? point.x + step;
    return [{ ...point, end, middle: (point.x + end) / 2 }];
  });
  const axis = { type: "quantitative", title: choice.x, scale: { zero: false, nice: false } };
  return [
    {
      data: { values },
      transform: only("shown"),
      mark: { type: "bar", color: look.accent, binSpacing: 1 },
      encoding: { x: { field: "x", bin: "binned", ...axis }, x2: { field: "end" }, y: figure("y", choice.y, context), tooltip: tooltip(choice, columns) },
    },
    { data: { values }, ...marker({ x: { field: "middle", ...axis }, y: { value: HEIGHT - AT_AXIS } }, context) },
  ];
}

function heat(context: Context): Spec[] {
  const { choice, columns, points, labels, look } = context;
  const x = { ...nominal("x", points.list, choice.x), axis: { labelAngle: leaning(points.list), labelLimit: 90 } };
  const y = nominal("y", points.list, choice.y);
  const title = (choice.z ?? "") + (points.suppressed > 0 ? ` (▨ ${labels.count})` : "");
  const colour = { field: "z", type: "quantitative", scale: { range: [look.line, look.accent] }, legend: { title, gradientLength: 140 } };
  return [
    { transform: only("shown"), mark: { type: "rect", stroke: look.ground, strokeWidth: 1 }, encoding: { x, y, color: colour, tooltip: tooltip(choice, columns) } },
    { transform: only("suppressed"), mark: { type: "rect", fill: "transparent", stroke: look.muted, strokeDash: [3, 2], strokeWidth: 1 }, encoding: { x, y } },
    marker({ x, y }, context),
  ];
}
