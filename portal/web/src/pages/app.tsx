/** The whole page: asks who is there, then shows the page at the path, or the door in its place. */
import { useEffect } from "preact/hooks";
import { me, whoami } from "../api/me";
import { useAct } from "../parts/load";
import { fit, go, pathname } from "../parts/place";
import { Toasts } from "../parts/toast";
import { TroubleBox } from "../parts/trouble";
import { ConfirmHost } from "./confirm";
import { Idle } from "./idle";
import { InvitationPage } from "./invitation";
import { Boundary, NotFound } from "./lost";
import { pageAt, start } from "./routes";
import { Shell } from "./shell";
import { SignInPage } from "./sign-in";
import { told } from "../parts/title";

export function App() {
  const path = pathname.value;
  const signedIn = Boolean(me.value);
  useEffect(toMain, [path, signedIn]);
  return (
    <>
      <Shell><Boundary path={path}><Room path={path} /></Boundary></Shell>
      {me.value && <Idle />}
      {me.value && <ConfirmHost />}
      <Toasts />
      <p class="unseen" role="status">{told}</p>
    </>
  );
}

/** After a change of page the focus is in it, unless it already is (in a tab, or in a form that wants it). */
function toMain(): void {
  requestAnimationFrame(() => {
    const main = document.getElementById("main");
    const at = document.activeElement;
    if (main && !main.contains(at) && !at?.closest("dialog")) main.focus({ preventScroll: true });
  });
}

function Room({ path }: { path: string }) {
  const { trouble, act } = useAct(whoami);
  const person = me.value;
  useEffect(() => void (person === undefined && act()), []);
  useEffect(() => {
    if (person && path === "/") go(start(), true);
  }, [person, path]);

  const invited = fit("/invitations/:token", path);
  if (invited) return <InvitationPage token={invited["token"] ?? ""} />;
  if (trouble) return <div class="page"><TroubleBox trouble={trouble} again={() => void act()} /></div>;
  if (person === undefined || (person && path === "/")) return <div class="page" aria-busy="true" />;
  if (person === null) return <SignInPage />;
  return pageAt(path) ?? <NotFound />;
}
