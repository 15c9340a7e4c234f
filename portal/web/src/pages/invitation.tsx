/** The page that an invitation leads to: authenticator app, password and code in one form; then the recovery codes, once. */
import { useEffect, useState } from "preact/hooks";
import { path } from "../api/client";
import type { Enrolled, Invitation } from "../api/types";
import { useLoad } from "../parts/load";
import { Skeleton } from "../parts/skeleton";
import { TroubleBox } from "../parts/trouble";
import { enrol } from "../words/door";
import { t } from "../words/t";
import { minute } from "../words/time";
import { Door } from "./door";
import { EnrolForm } from "./enrol-form";
import { RecoveryCodes } from "./recovery-codes";
import { title } from "../parts/title";

export function InvitationPage({ token }: { token: string }) {
  const address = path`/api/invitations/${token}`;
  const { data, trouble, again } = useLoad<Invitation>(address);
  const [enrolled, setEnrolled] = useState<Enrolled>();
  useEffect(() => title(t(enrol.title)));

  if (enrolled) return <RecoveryCodes codes={enrolled.recovery_codes} handler={data?.handler ?? ""} />;
  if (trouble) return <Door heading={t(enrol.title)}><TroubleBox trouble={trouble} {...(trouble.code === "invitation" ? {} : { again })} /></Door>;
  if (!data) return <Door wide heading={t(enrol.title)}><Skeleton lines={8} height={40} /></Door>;
  const lead = <p class="muted">{t(enrol.until, { time: minute(data.expires) })}</p>;
  return (
    <Door wide heading={t(enrol.hello, { name: data.display })} lead={lead}>
      <EnrolForm invitation={data} address={address} onDone={setEnrolled} />
    </Door>
  );
}
