/** Notebooks as files: writing one out (never with results), and reading one in. Out of scope: the formats (document/). */
import { fromIpynb, toIpynb } from "../document/ipynb";
import type { Draft } from "../document/model";
import { fromPlain, toPlain } from "../document/plain";

export function exportAs(draft: Draft, kind: "ipynb" | "sql"): void {
  const text = kind === "ipynb" ? toIpynb(draft) : toPlain(draft);
  const address = URL.createObjectURL(new Blob([text], { type: kind === "ipynb" ? "application/x-ipynb+json" : "application/sql" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${draft.title.replace(/[\\/:*?"<>|\u0000-\u001f]/g, "_")}.${kind}`;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** Undefined where the file is no notebook. The title is the file's own name where it says none. */
export function readIn(name: string, text: string): (Draft & { dropped: number }) | undefined {
  const title = name.replace(/\.(ipynb|sql|txt)$/i, "");
  if (/\.ipynb$/i.test(name)) {
    const read = fromIpynb(text);
    return read && { title: read.title || title, document: read.document, dropped: read.dropped.outputs + read.dropped.attachments };
  }
  if (text.includes("\u0000")) return undefined;
  const draft = fromPlain(text);
  return { title: draft.title || title, document: draft.document, dropped: 0 };
}
