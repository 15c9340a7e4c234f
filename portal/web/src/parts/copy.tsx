/** Copies a text, and says so. `<CopyButton text={link} />`. For secrets the page itself shows; figures go out by release only. */
import { useState } from "preact/hooks";
import { common } from "../words/common";
import { t } from "../words/t";
import { Button } from "./button";
import { toast } from "./toast";

export function CopyButton({ text, words, small = false }: { text: string; words?: string; small?: boolean }) {
  const [done, setDone] = useState(false);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => {
        setDone(true);
        toast(t(common.copied));
        window.setTimeout(() => setDone(false), 2500);
      },
      () => toast(t(common.notCopied), { tone: "bad" }),
    );
  };
  return <Button small={small} icon={done ? "check" : "copy"} onClick={copy}>{words ?? t(common.copy)}</Button>;
}
