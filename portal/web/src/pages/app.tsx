/** The whole page: asks who is there, then shows the page at the path, or the door. */
import { useEffect } from "preact/hooks";
import { me, whoami } from "../api/me";
import { go, pathname } from "../parts/place";
import { pageAt, start } from "./routes";
import { Shell } from "./shell";

export function App() {
  useEffect(() => void whoami(), []);
  const path = pathname.value;
  useEffect(() => {
    if (me.value && path === "/") go(start(), true);
  }, [me.value, path]);
  return <Shell>{me.value ? pageAt(path) : null}</Shell>;
}
