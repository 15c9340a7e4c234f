/** What a canned answer is: a body for 200, or an Answer with more; `throw trouble(…)` ends a request early. */
export class Answer {
  constructor(status, body, headers = {}, bytes = undefined) {
    Object.assign(this, { status, body, headers, bytes });
  }
}
export const words = (ja, en) => ({ ja, en });
export const troubleWords = (code, ja, en, ja2, en2) => ({ code, message: words(ja, en), remedy: words(ja2, en2) });
export const trouble = (status, ...rest) => new Answer(status, troubleWords(...rest));
