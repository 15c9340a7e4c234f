/**
 * A chart of an answer: what to draw is chosen here, drawn as a picture, and can be read as a table.
 *
 * Out of scope: the specification (spec.ts), the picture (canvas.tsx), the editor for one's own (own-editor.tsx).
 */
import { useEffect, useMemo, useState } from "preact/hooks";
import { Note } from "../../parts/trouble";
import { Select } from "../../parts/field";
import { dark } from "../../style/theme";
import { t } from "../../words/t";
import type { Figures } from "../../api/figures";
import { Canvas } from "./canvas";
import { KINDS, readChoice, recast, ROLES, settled, type ChartChoice, type Role } from "./choice";
import { GLYPH } from "./encoding";
import type { Look } from "./look";
import { checkOwn, completed, starter } from "./own";
import { OwnEditor, said } from "./own-editor";
import { MOST, points } from "./points";
import { Reading } from "./reading";
import { HEIGHT, spec } from "./spec";
import { words } from "./words";
import "./chart.css";

interface Props {
  figures: Figures;
  kept: unknown;
  keep: (choice: ChartChoice) => void;
}

export function Chart({ figures, kept, keep }: Props) {
  const choice = useMemo(() => settled(readChoice(kept), figures.columns), [kept, figures]);
  if (!choice) {
    return <div class="stack"><Kinds choice={{ kind: readChoice(kept)?.kind ?? "bar" }} keep={keep} figures={figures} /><Note>{t(words.nothing)}</Note></div>;
  }
  return (
    <div class="stack chart-room">
      <div class="chart-roles">
        <Kinds choice={choice} keep={keep} figures={figures} />
        <Roles choice={choice} keep={keep} figures={figures} />
      </div>
      {choice.kind === "own" ? <Own choice={choice} figures={figures} keep={keep} /> : <Chosen choice={choice} figures={figures} />}
    </div>
  );
}

function Kinds({ choice, keep, figures }: { choice: ChartChoice; keep: Props["keep"]; figures: Figures }) {
  const choices = KINDS.map((kind) => ({ value: kind, words: t(words[kind]) }));
  return <Select words={t(words.kind)} value={choice.kind} choices={choices} onValue={(kind) => keep(kind === "own" ? { ...choice, kind, spec: choice.spec ?? starter(figures) } : recast(choice, kind))} />;
}

const ROLE_WORDS: Record<string, { ja: string; en: string }> = {
  "histogram x": words.binX, "histogram z": words.binZ, "histogram y": words.binY, "heat y": words.heatY, "heat z": words.heatZ,
};

function Roles({ choice, keep, figures }: { choice: ChartChoice; keep: Props["keep"]; figures: Figures }) {
  return (
    <>
      {ROLES[choice.kind].map(({ role, optional, figure }) => {
        const fits = figures.columns.filter((column) => !figure || column.kind === "number").map((column) => ({ value: column.name, words: column.name }));
        const choices = optional ? [{ value: "", words: t(words.none) }, ...fits] : fits;
        return <Select key={`${choice.kind} ${role}`} words={t(wordsOf(choice, role))} value={choice[role] ?? ""} choices={choices} onValue={(name) => keep(withRole(choice, role, name))} />;
      })}
    </>
  );
}

function wordsOf(choice: ChartChoice, role: Role) {
  return ROLE_WORDS[`${choice.kind} ${role}`] ?? (role === "z" ? words.heatZ : words[role]);
}

function withRole(choice: ChartChoice, role: Role, name: string): ChartChoice {
  const { [role]: _, ...rest } = choice;
  return name === "" ? rest : { ...rest, [role]: name };
}

function Chosen({ choice, figures }: { choice: ChartChoice; figures: Figures }) {
  const [failed, setFailed] = useState(false);
  const look = useLook();
  const found = useMemo(() => points(figures, choice), [figures, choice]);
  const labels = { suppressed: t(words.suppressed), count: t(words.count, { n: found.suppressed }) };
  const specification = useMemo(() => spec({ choice, columns: figures.columns, points: found, labels, look }), [choice, figures, found, look, labels.count]);
  const named = [choice.x, choice.y, choice.series, choice.z].filter(Boolean).join(", ");
  const about = [t(words.about, { kind: t(words[choice.kind]), columns: named, n: found.list.length - found.suppressed }), found.suppressed > 0 ? labels.count : ""].join(" ");
  return (
    <>
      {failed && <Note>{t(words.trouble)}</Note>}
      <Canvas specification={specification} about={about} height={HEIGHT} failed={setFailed} />
      {(found.suppressed > 0 || found.left > 0) && (
        <p class="muted small">
          {found.suppressed > 0 && <>{GLYPH} {labels.count}: {t(words.gap)} </>}
          {found.left > 0 && t(words.left, { n: MOST })}
        </p>
      )}
      <Reading choice={choice} points={found} columns={figures.columns} />
    </>
  );
}

function Own({ choice, figures, keep }: { choice: ChartChoice; figures: Figures; keep: Props["keep"] }) {
  const look = useLook();
  const [failed, setFailed] = useState(false);
  const text = choice.spec ?? "";
  const checked = useMemo(() => checkOwn(text), [text]);
  const mistake = "mistake" in checked ? said(checked.mistake) : failed ? t(words.trouble) : undefined;
  const specification = useMemo(() => ("spec" in checked ? completed(checked.spec, figures, look) : undefined), [checked, figures, look]);
  return (
    <>
      <OwnEditor text={text} mistake={mistake} changed={(next) => keep({ ...choice, spec: next })} />
      {specification && <Canvas specification={specification} about={t(words.own)} height={HEIGHT} failed={setFailed} />}
      {figures.hiddenCells > 0 && <p class="muted small">{GLYPH} {t(words.count, { n: figures.hiddenCells })}: {t(words.gap)}</p>}
    </>
  );
}

/** Colours of the page's style, again whenever light and dark change. */
function useLook(): Look {
  const [look, setLook] = useState(readLook);
  useEffect(() => setLook(readLook()), [dark.value]);
  return look;
}

const SERIES = {
  light: ["#26457a", "#b3480f", "#1b6546", "#8a2f7c", "#7a5a00", "#0f6f86", "#a8231c", "#545e6d"],
  dark: ["#9bb8ee", "#f0a267", "#7fd0a8", "#e0a3d6", "#e6bd6a", "#79c9de", "#ff9d94", "#a4afbe"],
};

function readLook(): Look {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return {
    ink: of("--text"), muted: of("--muted"), line: of("--line"), ground: of("--surface"), accent: of("--accent"),
    font: of("--font"), series: dark.peek() ? SERIES.dark : SERIES.light,
  };
}
