// What screen readers are told of a channel that goes on by itself: in few words, several at once as their number.

import { stageWords } from "./words.js";

const TOGETHER_MS = 400;
const WORDS = 160;
const TOLD_MAX = 3;

/** What there is to say about a message that came, or that has become something else; "" for nothing. */
export function newsOf(message, before, person) {
  if (message.deleted || (before && before.kind === message.kind)) return "";
  switch (message.kind) {
    case "said":
      return message.author.id === person ? "" : `${message.author.name}: ${cut(message.text || "a picture")}`;
    case "working":
      return `Easel: ${stageWords(message.stage ?? "queued", 0)}.`;
    case "result":
      return message.images.length > 1
        ? `Easel: ${message.images.length} pictures. ${cut(message.images[0].alt)}`
        : `Easel: ${cut(message.images[0]?.alt ?? message.text)}`;
    default:
      return `Easel: ${cut(message.text)}`;
  }
}

export class News {
  #place;
  #waiting = [];
  #timer = 0;

  /** `place` is a polite live region. */
  constructor(place) {
    this.#place = place;
  }

  tell(sentence) {
    if (!sentence) return;
    this.#waiting.push(sentence);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#say(), TOGETHER_MS);
  }

  #say() {
    const told = this.#waiting;
    this.#waiting = [];
    this.#place.textContent = told.length > TOLD_MAX ? `${told.length} new messages. The last: ${told.at(-1)}` : told.join(" ");
  }
}

function cut(text) {
  return text.length > WORDS ? `${text.slice(0, WORDS)}…` : text;
}
