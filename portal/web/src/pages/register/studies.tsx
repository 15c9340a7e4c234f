/** Studies as they were approved: whose, which data, by which route, how long. One study's own page is study-page.tsx. */
import type { Organisation, RegisteredStudy } from "../../api/types";
import { useLoad } from "../../parts/load";
import { Link } from "../../parts/place";
import { common, routes } from "../../words/common";
import { dayOf } from "../../words/day";
import { register, study as words } from "../../words/register";
import { lang, t } from "../../words/t";
import { shortDay } from "../../words/time";
import { List } from "./list";
import { Ends } from "./record";
import { Standing, standing } from "./standing";
import { STUDIES, StudyForm, studyPath } from "./study-form";

export function Studies() {
  const rows = useLoad<RegisteredStudy[]>(STUDIES);
  const organisations = useLoad<Organisation[]>("/api/register/organisations");
  const taken = rows.data?.map((one) => one.study) ?? [];
  const nameOf = (id: string | undefined) => organisations.data?.find(({ organisation }) => organisation === id)?.display ?? id ?? t(words.own);
  return (
    <List
      name={t(register.studies)}
      add={t(words.add)}
      none={t(words.none)}
      rows={rows}
      id={(one) => one.study}
      columns={[
        { id: "display", words: t(words.display), head: true, cell: (one) => <Link href={studyPath(one.study)}>{one.display}</Link>, by: (one) => one.display },
        { id: "study", words: t(words.id), cell: (one) => <code>{one.study}</code>, by: (one) => one.study },
        { id: "organisation", words: t(words.organisation), cell: (one) => nameOf(one.organisation), by: (one) => nameOf(one.organisation) },
        { id: "joint", words: t(words.joint), cell: (one) => one.joint_users.map(nameOf).join(lang.value === "ja" ? "、" : ", ") || t(common.none) },
        { id: "review", words: t(words.review), cell: (one) => <Standing study={one} />, by: standing },
        { id: "route", words: t(words.route), cell: (one) => <span class="nowrap">{t(routes[one.route])}</span>, by: (one) => one.route },
        { id: "from", words: t(register.from), cell: (one) => <span class="figures nowrap">{one.from ? shortDay(one.from) : "—"}</span>, by: (one) => one.from ?? "" },
        { id: "until", words: t(register.until), cell: (one) => <Ends iso={one.until} />, by: (one) => one.until ?? "9" },
      ]}
      csv={{
        file: "studies.csv",
        head: [words.id, words.display, words.organisation, words.joint, words.snapshot, words.review, words.route, register.from, register.until].map((one) => t(one)),
        cells: (one) => [one.study, one.display, nameOf(one.organisation), one.joint_users.map(nameOf).join(" / "), one.snapshot, standing(one), t(routes[one.route]), dayOf(one.from), dayOf(one.until)],
      }}
      form={(row, done) => <StudyForm row={row} taken={taken} organisations={organisations.data ?? []} done={done} />}
    />
  );
}
