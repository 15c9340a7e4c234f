/**
 * How axes, legends and letters of a chart look, in light and dark.
 *
 * Out of scope: where the colours come from (chart.tsx reads them from the page's style).
 */
export interface Look {
  ink: string;
  muted: string;
  line: string;
  ground: string;
  accent: string;
  series: readonly string[];
  font: string;
}

export function config(look: Look): Record<string, unknown> {
  const words = { labelColor: look.muted, titleColor: look.ink, labelFont: look.font, titleFont: look.font, titleFontWeight: 600, titleFontSize: 12, labelFontSize: 12 };
  return {
    font: look.font,
    view: { stroke: null },
    axis: { ...words, gridColor: look.line, domainColor: look.muted, tickColor: look.line, titlePadding: 8 },
    legend: { ...words, orient: "bottom", symbolStrokeWidth: 2 },
    text: { font: look.font },
    range: { category: [...look.series] },
  };
}
