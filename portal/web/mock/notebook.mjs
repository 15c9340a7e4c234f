/**
 * What stands within a study: its catalogue, notebooks with versions, questions that take a while and their canned answers.
 * What a question says decides what comes of it: `slow` takes six seconds, `big` has 5,000 rows, an unknown table fails, `SELECT *` of
 * patients is refused. Out of scope: SQL.
 */
import { Answer, trouble } from "./answer.mjs";
import { answerOf, explanation, rowsOf } from "./notebook-answers.mjs";
import { catalogue } from "./notebook-catalogue.mjs";
import { seeds } from "./notebook-seeds.mjs";
import { who } from "./people.mjs";

const books = new Map();
const questions = new Map();
let count = 0;

function make(study, title, document, editor) {
  const notebook = `nb-${books.size + 1}`;
  books.set(notebook, { study, versions: [{ notebook, title, version: 1, edited: new Date().toISOString(), editor, document }] });
  return books.get(notebook).versions[0];
}
for (const { title, document } of seeds) make("diabetes-ckd-2026", title, document, "田中 美咲");

const info = ({ document: _, ...rest }) => rest;
function book(notebook, study) {
  const found = books.get(notebook);
  if (!found || found.study !== study) throw trouble(404, "notebook", "ノートブックが見つかりません。", "No such notebook.", "削除された可能性があります。一覧を確かめてください。", "It may have been deleted. Look at the list.");
  return found;
}

function state(question) {
  const elapsed = Date.now() - question.began;
  const waits = question.slow ? 1500 : 0;
  const base = { question: question.id, elapsed };
  if (question.cancelled) return { ...base, state: "done", answer: question.cancelled };
  if (elapsed < waits) return { ...base, state: "waiting", before: elapsed < 700 ? 2 : 1 };
  if (elapsed < question.takes) return { ...base, state: "running", share: Math.min(0.97, (elapsed - waits) / (question.takes - waits)) };
  return { ...base, elapsed: question.takes, state: "done", answer: question.answer };
}

const find = (id) => questions.get(id) ?? (() => { throw trouble(404, "question", "この質問の記録はありません。", "This question is not known any more.", "もう一度実行してください。", "Run it again."); })();

export const notebook = [
  // For tests: a notebook like the first one of all, of one's own.
  ["POST", "/api/mock/notebook", (asked) => (who(asked), make("diabetes-ckd-2026", seeds[0].title, structuredClone(seeds[0].document), "森 誠一"))],
  ["GET", "/api/studies/:study/catalogue", (asked) => (who(asked), { ...catalogue, study: asked.study })],
  ["GET", "/api/studies/:study/notebooks", (asked) => (who(asked), [...books.values()].filter((one) => one.study === asked.study).map((one) => info(one.versions[0])))],
  ["POST", "/api/studies/:study/notebooks", (asked) => new Answer(201, make(asked.study, asked.body.title, asked.body.document, who(asked).display))],
  ["GET", "/api/studies/:study/notebooks/:notebook", (asked) => (who(asked), book(asked.notebook, asked.study).versions[0])],
  ["PUT", "/api/studies/:study/notebooks/:notebook", (asked) => {
    const { display } = who(asked);
    const { versions } = book(asked.notebook, asked.study);
    const { title, document, version } = asked.body;
    if (version !== versions[0].version) return new Answer(409, versions[0]);
    versions.unshift({ notebook: asked.notebook, title, version: version + 1, edited: new Date().toISOString(), editor: display, document });
    return versions[0];
  }],
  ["DELETE", "/api/studies/:study/notebooks/:notebook", (asked) => { who(asked); book(asked.notebook, asked.study); books.delete(asked.notebook); }],
  ["GET", "/api/studies/:study/notebooks/:notebook/versions", (asked) => (who(asked), book(asked.notebook, asked.study).versions.map(info))],
  ["GET", "/api/studies/:study/notebooks/:notebook/versions/:version", (asked) => (who(asked), book(asked.notebook, asked.study).versions.find((one) => one.version === Number(asked.version)))],
  ["POST", "/api/studies/:study/questions", (asked) => {
    who(asked);
    const { sql } = asked.body;
    const slow = /slow/.test(sql);
    const question = { id: `q-${++count}`, began: Date.now(), slow, takes: slow ? 7500 : 350, answer: answerOf(asked.body, count), rows: () => rowsOf(sql) };
    questions.set(question.id, question);
    return new Answer(202, state(question));
  }],
  ["POST", "/api/studies/:study/explain", (asked) => (who(asked), explanation)],
  ["GET", "/api/studies/:study/questions/:question", (asked) => (who(asked), state(find(asked.question)))],
  ["GET", "/api/studies/:study/questions/:question/events", (asked) => {
    who(asked);
    const question = find(asked.question);
    asked.response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    const tell = () => {
      const now = state(question);
      asked.response.write(`data: ${JSON.stringify(now)}\n\n`);
      if (now.state === "done") { clearInterval(timer); asked.response.end(); }
    };
    const timer = setInterval(tell, 200);
    asked.request.on("close", () => clearInterval(timer));
    tell();
  }],
  ["GET", "/api/studies/:study/questions/:question/rows", (asked) => (who(asked), new Answer(200, undefined, {}, find(asked.question).rows()))],
  ["DELETE", "/api/studies/:study/questions/:question", (asked) => {
    who(asked);
    const { policy, snapshot, audit } = find(asked.question).answer;
    find(asked.question).cancelled = { policy, snapshot, audit, verdict: "failed", failure: { code: "cancelled", message: { ja: "停止されました。", en: "It was stopped." }, remedy: { ja: "必要なら、もう一度実行してください。", en: "Run it again if you need it." } } };
  }],
];
