/** A study's own page for the registrar: what it is, the committee's review, who may work on it, what was changed. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Organisation, RegisteredStudy } from "../../api/types";
import { Button } from "../../parts/button";
import { Icon } from "../../parts/icon";
import { useLoad } from "../../parts/load";
import { Link } from "../../parts/place";
import { Skeleton } from "../../parts/skeleton";
import { title } from "../../parts/title";
import { toast } from "../../parts/toast";
import { TroubleBox } from "../../parts/trouble";
import { common, routes } from "../../words/common";
import { register, study as words } from "../../words/register";
import { lang, t } from "../../words/t";
import { NotFound } from "../lost";
import { period } from "../study-card";
import { Grants } from "./grants";
import { History } from "./history";
import { ReviewBox } from "./review";
import { Standing } from "./standing";
import { STUDIES, StudyForm } from "./study-form";
import "./register.css";

export function StudyPage({ study: id }: { study: string }) {
  const rows = useLoad<RegisteredStudy[]>(STUDIES);
  const organisations = useLoad<Organisation[]>("/api/register/organisations");
  const [changing, setChanging] = useState(false);
  const [changes, setChanges] = useState(0);
  const study = rows.data?.find((one) => one.study === id);
  useEffect(() => title(study ? `${study.display} — ${t(words.one)}` : t(words.one)));
  if (rows.data && !study) return <NotFound />;
  const nameOf = (one: string | undefined) => organisations.data?.find(({ organisation }) => organisation === one)?.display ?? one ?? t(words.own);
  const changed = () => {
    rows.again();
    setChanges((n) => n + 1);
  };
  return (
    <div class="page page-wide">
      <p class="register-back"><Link href="/register/studies"><Icon name="left" size={12} />{t(words.back)}</Link></p>
      {rows.trouble && <TroubleBox trouble={rows.trouble} again={rows.again} />}
      {!study && !rows.trouble && <Skeleton lines={4} height={120} gap={16} />}
      {study && (
        <>
          <div class="page-head">
            <div class="row"><h1>{study.display}</h1><Standing study={study} /></div>
            <Button icon="edit" onClick={() => setChanging(true)}>{t(words.change)}</Button>
          </div>
          <div class="register-study">
            <dl class="panel facts register-facts">
              <Fact name={t(words.id)}><code>{study.study}</code></Fact>
              <Fact name={t(words.organisation)}>{nameOf(study.organisation)}</Fact>
              <Fact name={t(words.joint)}>{study.joint_users.map(nameOf).join(lang.value === "ja" ? "、" : ", ") || t(common.none)}</Fact>
              <Fact name={t(words.snapshot)}><code>{study.snapshot}</code></Fact>
              <Fact name={t(words.route)}>{t(routes[study.route])}</Fact>
              <Fact name={t(words.period)}><span class="figures">{period(study)}</span></Fact>
            </dl>
            {study.linked && <TroubleBox tone="warn" trouble={{ message: words.linked, remedy: words.linkedWhy }} />}
            <ReviewBox study={study} changed={changed} />
            <Grants study={study} changed={changed} />
            <History kind="study" name={study.study} turn={changes} />
          </div>
        </>
      )}
      {study && changing && (
        <StudyForm
          row={study}
          taken={[]}
          organisations={organisations.data ?? []}
          done={(saved) => {
            setChanging(false);
            if (saved === undefined) return;
            toast(t(register.saved, { name: saved }));
            changed();
          }}
        />
      )}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}
