/** How a study stands with the committee, in one badge. */
import type { RegisteredStudy } from "../../api/types";
import { Badge, type Tone } from "../../parts/badge";
import { standings } from "../../words/review";
import { t } from "../../words/t";

type Which = keyof typeof standings;
type Judged = Pick<RegisteredStudy, "linked" | "decision" | "organisation">;

function which({ linked, decision, organisation }: Judged): Which {
  if (linked) return "linked";
  return organisation === undefined ? "own" : (decision ?? "none");
}

const tones: Record<Which, Tone> = { approved: "good", approved_with_conditions: "good", rejected: "bad", linked: "bad", none: "warn", own: "plain" };

export const standing = (study: Judged) => t(standings[which(study)]);

export function Standing({ study }: { study: Judged }) {
  const at = which(study);
  return <Badge tone={tones[at]} {...(tones[at] === "good" ? { icon: "check" as const } : {})}>{t(standings[at])}</Badge>;
}
