/** Signing in and out, invitations, the re-authentication. Who is signed in is a cookie with a random name. */
import { randomUUID } from "node:crypto";
import { Answer, trouble } from "./answer.mjs";

const idle = Number(process.env.IDLE ?? 900) * 1000;
const day = 8 * 3600_000;
const persons = {
  tanaka: { display: "田中 美咲", organisation: "中央医科大学", roles: ["researcher"], zone: "vdi", recovery_codes: 8 },
  kimura: { display: "木村 航", organisation: "北星製薬", roles: ["researcher"], zone: "vdi", recovery_codes: 1 },
  sato: { display: "佐藤 健", roles: ["security_staff"], zone: "onsite", recovery_codes: 10 },
  suzuki: { display: "鈴木 由美子", roles: ["registrar"], zone: "onsite", recovery_codes: 10 },
  mori: { display: "森 誠一", organisation: "中央医科大学", roles: ["researcher", "security_staff", "registrar"], zone: "onsite", recovery_codes: 2 },
};
const signedIn = new Map();

/** The person behind a cookie; whatever else ends the request with 401. `need` asks for a role. */
export function who({ cookie, request }, need) {
  const one = signedIn.get(cookie);
  if (!one || one.idleUntil < Date.now() || one.ends < Date.now()) throw trouble(401, "signed_out", "サインインしていません。", "Nobody is signed in.", "サインインしてください。", "Sign in.");
  if (request.method !== "GET" && request.headers["x-csrf-token"] !== one.csrf) throw trouble(403, "csrf", "画面が古くなっています。", "This page is out of date.", "画面を読み込み直してください。", "Load the page again.");
  if (need && !one.roles.includes(need)) throw trouble(403, "role", "この操作をする権限がありません。", "You have no permission to do this.", "必要な場合は登録担当にお知らせください。", "If you need it, tell the registrar.");
  one.idleUntil = Math.min(one.ends, Date.now() + idle);
  return one;
}

/** As `who`, and the password was given within the last five minutes. */
export function whoSurely(asked, need) {
  const one = who(asked, need);
  if ((one.confirmed ?? 0) < Date.now() - 300_000) throw trouble(403, "confirm", "本人確認が必要です。", "Please confirm that it is you.", "パスワードと確認コードを入力してください。", "Enter your password and a code.");
  return one;
}

const right = ({ password, code }) => password === "correct horse battery staple" && /^(123456|[a-z0-9]{4}-?[a-z0-9]{4})$/.test(code);
const me = (one) => ({
  handler: one.handler, display: one.display, organisation: one.organisation, roles: one.roles, zone: one.zone, csrf: one.csrf,
  idle_until: new Date(one.idleUntil).toISOString(), ends: new Date(one.ends).toISOString(), recovery_codes: one.recovery_codes,
});

export const people = [
  ["GET", "/api/me", (asked) => me(who(asked))],
  ["POST", "/api/sign-in", ({ body }) => {
    const person = persons[body.handler];
    if (!person || !right(body)) {
      return trouble(401, "not_signed_in", "サインインできませんでした。", "You could not be signed in.", "取扱者ID、パスワード、確認コードを確かめて、もう一度お試しください。コードは一度しか使えません。", "Check the handler ID, the password and the code, and try again. A code works only once.");
    }
    const cookie = randomUUID();
    const one = { ...person, handler: body.handler, csrf: randomUUID(), idleUntil: Date.now() + idle, ends: Date.now() + day };
    signedIn.set(cookie, one);
    return new Answer(200, me(one), { "Set-Cookie": `mock=${cookie}; Path=/; HttpOnly; SameSite=Strict` });
  }],
  ["POST", "/api/sign-out", ({ cookie }) => void signedIn.delete(cookie)],
  ["POST", "/api/sign-out-everywhere", (asked) => {
    const { handler } = whoSurely(asked);
    for (const [cookie, one] of signedIn) if (one.handler === handler) signedIn.delete(cookie);
  }],
  ["POST", "/api/confirm", (asked) => {
    const one = who(asked);
    if (!right(asked.body)) return trouble(401, "not_confirmed", "本人確認ができませんでした。", "It could not be confirmed.", "パスワードと確認コードを確かめて、もう一度お試しください。", "Check the password and the code, and try again.");
    one.confirmed = Date.now();
  }],
  ["GET", "/api/invitations/:token", ({ token }) => token === "welcome-to-sekisho"
    ? { handler: "yamada", display: "山田 花子", secret: "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP", qr: qr(41), expires: new Date(Date.now() + 2 * 86400_000).toISOString(), shortest_password: 15 }
    : trouble(404, "invitation", "この招待は使えません。", "This invitation can't be used.", "期限が切れたか、すでに使われた可能性があります。登録担当に新しい招待を依頼してください。", "It may have expired or been used. Ask the registrar for a new one.")],
  ["POST", "/api/invitations/:token", ({ body }) => {
    if ([...body.password].length < 15) return trouble(422, "password", "パスワードが短すぎます。", "The password is too short.", "15文字以上にしてください。", "Use 15 characters or more.");
    if (/^(password|sekisho|1234)/i.test(body.password)) return trouble(422, "password", "このパスワードはよく使われているため、使えません。", "This password is too common.", "別のパスワードにしてください。", "Choose another.");
    if (body.code !== "123456") return trouble(422, "code", "確認コードが違います。", "The code is not right.", "認証アプリに表示されている新しいコードを入力してください。端末の時刻も確かめてください。", "Enter the code the app shows now, and check that the device's clock is right.");
    return { recovery_codes: Array.from({ length: 10 }, (_, i) => `${(0x3f2a1 * (i + 3)).toString(36).padStart(4, "k").slice(0, 4)}-${(0x51c77 * (i + 7)).toString(36).padStart(4, "m").slice(0, 4)}`) };
  }],
];

/** Looks like a QR code; holds nothing. */
function qr(side) {
  const size = side + 8;
  let [path, seed] = ["", 7];
  const finder = (x, y) => { path += `M${x} ${y}h7v7h-7zM${x + 1} ${y + 1}v5h5v-5zM${x + 2} ${y + 2}h3v3h-3z`; };
  for (const [x, y] of [[4, 4], [side - 3, 4], [4, side - 3]]) finder(x, y);
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    const corner = (x < 8 && y < 8) || (x > side - 9 && y < 8) || (x < 8 && y > side - 9);
    if (!corner && seed % 97 < 46) path += `M${x + 4} ${y + 4}h1v1h-1z`;
  }
  return { size, path };
}
