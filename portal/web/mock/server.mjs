/**
 * A gatehouse to look at the page with: serves dist/ under the server's real headers, and canned answers.
 * Run `npm run build && npm run mock`; PORT (4180), IDLE (seconds until an idle sign-in ends, 900) and DELAY (ms an answer takes, 120).
 * Everybody's password is "correct horse battery staple", every code 123456. Handlers: tanaka (researcher), kimura (type I user, no studies),
 * sato (security staff), suzuki (registrar), mori (all of it). Invitation: /invitations/welcome-to-sekisho.
 * Out of scope: any rule of the real server; whoever wants those runs it.
 */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { people } from "./people.mjs";
import { register } from "./register.mjs";
import { staff } from "./staff.mjs";
import { study } from "./study.mjs";
import { Answer, trouble } from "./answer.mjs";

const port = Number(process.env.PORT ?? 4180);
const delay = Number(process.env.DELAY ?? 120);
const dist = new URL("../dist/", import.meta.url).pathname;
const routes = [...people, ...staff, ...register, ...study];
const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml" };

const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://mock");
  try {
    if (url.pathname.startsWith("/api/")) await api(request, response, url);
    else await page(response, url.pathname);
  } catch (thrown) {
    // A browser that went away is no mistake.
    if (thrown.code !== "ECONNRESET") console.error(thrown);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
}).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/`));

async function page(response, pathname) {
  const file = pathname.startsWith("/assets/") ? normalize(pathname) : "/index.html";
  const nonce = randomBytes(16).toString("base64");
  let body = await readFile(join(dist, file)).catch(() => undefined);
  if (body === undefined) return response.writeHead(404).end();
  if (file === "/index.html") body = body.toString().replace("__NONCE__", nonce);
  response.writeHead(200, {
    "Content-Type": types[extname(file)] ?? "application/octet-stream",
    "Cache-Control": file === "/index.html" ? "no-store" : "public, max-age=31536000, immutable",
    "Content-Security-Policy": `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
  });
  response.end(body);
}

async function api(request, response, url) {
  await new Promise((done) => setTimeout(done, delay));
  let text = "";
  for await (const piece of request) text += piece;
  const asked = { url, request, response, body: text === "" ? undefined : JSON.parse(text), cookie: /mock=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1] };
  let answer;
  try {
    const found = find(request.method, url.pathname);
    answer = found ? await found.act({ ...asked, ...found.named }) : trouble(404, "not_found", "見つかりません。", "Not found.", "アドレスを確かめてください。", "Check the address.");
  } catch (thrown) {
    if (!(thrown instanceof Answer)) throw thrown;
    answer = thrown;
  }
  if (response.headersSent) return;
  const { status = 200, body, headers = {}, bytes } = answer instanceof Answer ? answer : { body: answer };
  const out = bytes ?? (body === undefined ? undefined : JSON.stringify(body));
  response.writeHead(body === undefined && bytes === undefined && status === 200 ? 204 : status, { "Content-Type": bytes ? "application/vnd.apache.arrow.stream" : "application/json", "Cache-Control": "no-store", ...headers });
  response.end(out);
}

function find(method, pathname) {
  for (const [wanted, pattern, act] of routes) {
    if (wanted !== method) continue;
    const pieces = pattern.split("/");
    const given = pathname.split("/");
    if (pieces.length !== given.length) continue;
    if (!pieces.every((piece, i) => piece.startsWith(":") || piece === given[i])) continue;
    return { act, named: Object.fromEntries(pieces.flatMap((piece, i) => (piece.startsWith(":") ? [[piece.slice(1), decodeURIComponent(given[i])]] : []))) };
  }
  return undefined;
}
