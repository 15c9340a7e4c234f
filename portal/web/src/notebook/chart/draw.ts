/**
 * Draws a Vega-Lite specification on a canvas, by the interpreter: no code is made from text. Loaded when the first chart is seen.
 *
 * Nothing is ever loaded from anywhere. Out of scope: what the specification says.
 */
import { parse, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";

export interface Drawn {
  resize: (width: number) => void;
  end: () => void;
}

const refuse = () => Promise.reject(new Error("nothing is loaded"));
const loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse, options: {} };

/** Rejects where the specification makes no sense. `tip` gets what a point says, or null. */
export async function draw(container: HTMLElement, specification: object, tip: (at: MouseEvent, said: unknown) => void): Promise<Drawn> {
  const width = container.clientWidth;
  const compiled = compile({ ...specification, width: sized(specification, width) } as TopLevelSpec, { logger: silent() });
  const view = new View(parse(compiled.spec, undefined, { ast: true }), {
    expr: expressionInterpreter,
    renderer: "canvas",
    container,
    hover: true,
    loader,
    logLevel: 0,
    tooltip: (_handler: unknown, event: MouseEvent, _item: unknown, value: unknown) => tip(event, value),
  } as never);
  await view.runAsync();
  return {
    resize: (to) => {
      if (sized(specification, to) === to) void view.width(to).runAsync();
    },
    end: () => view.finalize(),
  };
}

function sized(specification: object, width: number): unknown {
  const wanted = (specification as { width?: unknown }).width;
  return wanted === "container" ? width : wanted;
}

function silent() {
  const logger = { level: () => logger, error: () => logger, warn: () => logger, info: () => logger, debug: () => logger };
  return logger as never;
}
