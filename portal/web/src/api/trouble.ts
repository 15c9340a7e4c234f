/**
 * What went wrong, as people are told of it: the server's `Trouble`, or one of our own where no answer came.
 * Out of scope: showing it (parts/trouble.tsx).
 */
import type { Trouble } from "./types";

/** An answer that is not 2xx. `body` is the whole answer, for 409, which holds what is there instead. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly trouble: Trouble,
    readonly body: unknown = undefined,
  ) {
    super(trouble.code);
    this.name = "Refused";
  }
}

export const unreachable: Trouble = {
  code: "unreachable",
  message: { ja: "サーバーに接続できませんでした。", en: "The server can't be reached." },
  remedy: {
    ja: "ネットワークを確かめて、もう一度お試しください。続く場合は管理者にお知らせください。",
    en: "Check the network and try again. If it goes on, tell your administrator.",
  },
};

export const unexpected: Trouble = {
  code: "unexpected",
  message: { ja: "予期しない問題が起きました。", en: "Something unexpected went wrong." },
  remedy: {
    ja: "もう一度お試しください。続く場合は管理者にお知らせください。",
    en: "Try again. If it goes on, tell your administrator.",
  },
};

/** Whatever was thrown, as words for people. Never shows the text of an exception. */
export function troubleOf(thrown: unknown): Trouble {
  return thrown instanceof Refused ? thrown.trouble : unexpected;
}

/** Whether a parsed answer has the shape of a `Trouble`. */
export function isTrouble(value: unknown): value is Trouble {
  if (typeof value !== "object" || value === null) return false;
  const { code, message, remedy } = value as Record<string, unknown>;
  return typeof code === "string" && isBilingual(message) && isBilingual(remedy);
}

function isBilingual(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { ja, en } = value as Record<string, unknown>;
  return typeof ja === "string" && typeof en === "string";
}
