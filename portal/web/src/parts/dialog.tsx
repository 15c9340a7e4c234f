/**
 * A dialog over the page, by the browser's own <dialog>: it keeps the focus, makes the rest inert, and gives the focus back.
 *
 * `<Dialog title="…" close={() => setOpen(false)} foot={<Button kind="main">…</Button>}>…</Dialog>`, drawn while it is open
 * title: its heading and name · close: Escape, the cross; absent: it must be answered · foot: buttons, the main one last
 * role: "alertdialog" for what can't wait · wide: for forms of two columns · onSubmit: makes its inside a form
 * Focus goes to `autofocus`, or else to the first box, or else to the main button; of an alertdialog, to the first (safest) button.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { common } from "../words/common";
import { t } from "../words/t";
import { IconButton } from "./button";
import "./dialog.css";

interface Props {
  title: string;
  close?: (() => void) | undefined;
  foot?: ComponentChildren;
  role?: "dialog" | "alertdialog";
  wide?: boolean;
  onSubmit?: () => void;
  children: ComponentChildren;
}

export function Dialog({ title, close, foot, role, wide, onSubmit, children }: Props) {
  const self = useRef<HTMLDialogElement>(null);
  const id = useId();
  const there = useRef(true);
  useEffect(() => {
    const dialog = self.current;
    if (!dialog || dialog.open) return;
    there.current = true;
    dialog.showModal();
    const main = role === "alertdialog" ? ".dialog-foot button" : ".dialog-foot .main";
    const first = ["[autofocus]", "input:not([readonly]), select, textarea", main, ".dialog-foot button"].map((one) => dialog.querySelector<HTMLElement>(one)).find((one) => one !== null);
    first?.focus();
    return () => {
      there.current = false;
      dialog.close();
    };
  }, []);

  const inside = (
    <>
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        {close && <IconButton small label={t(common.close)} icon="close" onClick={close} />}
      </div>
      <div class="dialog-body">{children}</div>
      {foot !== undefined && <div class="dialog-foot">{foot}</div>}
    </>
  );
  return (
    <dialog
      ref={self}
      class={`dialog${wide ? " dialog-wide" : ""}`}
      role={role}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        close?.();
      }}
      onClose={() => {
        // A browser closes without asking on a second Escape: what must be answered comes back.
        if (!there.current) return;
        if (close) close();
        else self.current?.showModal();
      }}
      onKeyDown={(event) => event.key !== "Escape" && event.stopPropagation()}
    >
      {onSubmit ? (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit();
          }}
        >
          {inside}
        </form>
      ) : inside}
    </dialog>
  );
}
