/** Copies a text, and says so beside the button (a toast would lie behind a dialog). `<CopyButton text={link} />`. For secrets the page itself shows; figures go out by release only. */
import { useState } from "preact/hooks";
import { common } from "../words/common";
import { t } from "../words/t";
import { Button } from "./button";

export function CopyButton({ text, words, small = false }: { text: string; words?: string; small?: boolean }) {
  const [said, setSaid] = useState("");
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setSaid(t(common.copied)),
      () => setSaid(t(common.notCopied)),
    );
    window.setTimeout(() => setSaid(""), 6000);
  };
  return (
    <span class="row">
      <Button small={small} icon={said === t(common.copied) ? "check" : "copy"} onClick={copy}>{words ?? t(common.copy)}</Button>
      <span class="small muted" role="status">{said}</span>
    </span>
  );
}
