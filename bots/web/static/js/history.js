// Earlier pictures of this channel: words to search by, a grid, and the viewer behind each.

import { button, el, localPath } from "./dom.js";
import { veil } from "./veil.js";

const TYPING_MS = 250;

export class History {
  #api;
  #panel;
  #channel;
  #open;
  #images = [];
  #asked = 0;

  /** `open(images, index)` shows the viewer. */
  constructor({ api, panel, channel, open }) {
    this.#api = api;
    this.#panel = panel;
    this.#channel = channel;
    this.#open = open;
  }

  show() {
    const grid = el("ul", { class: "history-grid", "aria-label": "Earlier pictures" });
    const note = el("p", { class: "history-note", role: "status" });
    const more = button("Show more", () => this.#load({ grid, note, more, words: field.value.trim(), on: true }), {
      class: "button",
      hidden: true,
    });
    let timer = 0;
    const field = el("input", {
      type: "search",
      class: "history-search",
      dir: "auto",
      placeholder: "Search by words",
      "aria-label": "Search earlier pictures by words",
      "data-testid": "history-search",
      on: {
        input: () => {
          clearTimeout(timer);
          timer = setTimeout(() => this.#load({ grid, note, more, words: field.value.trim() }), TYPING_MS);
        },
      },
    });
    this.#panel.open({
      holds: "history",
      title: "History",
      content: [el("div", { class: "history" }, field, note, grid, more)],
      onClose: () => clearTimeout(timer),
    });
    field.focus();
    return this.#load({ grid, note, more, words: "" });
  }

  async #load({ grid, note, more, words, on = false }) {
    const asked = ++this.#asked;
    try {
      const last = on ? this.#images.at(-1) : null;
      // The list carries no times; its last picture's details do.
      const beforeUs = last ? (await this.#api.details(last.id)).created_at_us : undefined;
      const answer = await this.#api.history({ channel: this.#channel(), words, beforeUs });
      if (asked !== this.#asked) return;
      if (!on) {
        this.#images = [];
        grid.replaceChildren();
      }
      this.#append(
        grid,
        answer.images.filter((image) => !image.deleted && !this.#images.some((known) => known.id === image.id)),
      );
      more.hidden = !answer.more;
      note.textContent = this.#images.length ? "" : words ? "No picture matches these words." : "No pictures here yet.";
    } catch (error) {
      if (!error.sentence) throw error;
      note.textContent = error.sentence;
    }
  }

  #append(grid, images) {
    for (const image of images) {
      const index = this.#images.push(image) - 1;
      const open = el("button", {
        type: "button",
        class: "history-item",
        "data-testid": "history-item",
        on: { click: () => this.#open(this.#images, index) },
      });
      const source = localPath(this.#api.seen(image.thumb));
      open.append(veil(el("img", { src: source, alt: image.alt, loading: "lazy", decoding: "async" }), image));
      grid.append(el("li", {}, open));
    }
  }
}
