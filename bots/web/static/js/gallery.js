// The pictures of a channel as a grid, in place of the messages: newest first, page by page, by person and by words.

import { button, el, iconButton, localPath } from "./dom.js";
import { TileGrid } from "./tiles.js";

const TYPING_MS = 250;
const NEWS_MS = 400; // several results in a row are one question to the server
const NEAR = "600px"; // the next page is fetched before its place is reached

export class Gallery {
  #api;
  #place;
  #channel;
  #onClose;
  #grid = null;
  #parts = {};
  #asked = 0;
  #more = false;
  #loading = false;
  #timer = 0;
  #watcher = null;

  /**
   * `channel()` is {id, name}; `people` may be asked for; `open(images, at)` shows the viewer, `goTo(image)` its message.
   * `onClose()` is told when the messages are to be seen again.
   */
  constructor({ api, place, channel, people, open, goTo, onClose }) {
    this.#api = api;
    this.#place = place;
    this.#channel = channel;
    this.people = people;
    this.openViewer = open;
    this.goTo = goTo;
    this.#onClose = onClose;
    place.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      this.close();
    });
  }

  get isOpen() {
    return !this.#place.hidden;
  }

  /** Show the channel's pictures. */
  async open() {
    this.#build();
    this.#place.hidden = false;
    await this.#load();
    this.#grid.focus() || this.#parts.words.focus();
  }

  close() {
    if (!this.isOpen) return;
    clearTimeout(this.#timer);
    this.#watcher?.disconnect();
    this.#asked += 1;
    this.#place.hidden = true;
    this.#place.replaceChildren();
    this.#onClose();
  }

  /** Another channel or another person: their pictures. */
  again() {
    return this.isOpen ? this.#load() : undefined;
  }

  /** A message with pictures came or changed. */
  heard(message) {
    if (!this.isOpen || !message.images.length) return;
    for (const image of message.images) if (image.deleted) this.#grid.remove(image.id);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load({ news: true }), NEWS_MS);
  }

  #build() {
    let timer = 0;
    const asks = () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.#load(), TYPING_MS);
    };
    const words = el("input", {
      type: "search",
      class: "gallery-words",
      dir: "auto",
      placeholder: "Search by words",
      "aria-label": "Search these pictures by words",
      "data-testid": "gallery-words",
      on: { input: asks },
    });
    const author = el(
      "select",
      {
        class: "gallery-author",
        "aria-label": "Made by",
        "data-testid": "gallery-author",
        on: { change: () => this.#load() },
      },
      el("option", { value: "", text: "Everybody" }),
      ...this.people.map((person) => el("option", { value: person.id, text: person.name })),
    );
    const title = el("h2", { class: "visually-hidden", id: "gallery-title" });
    const note = el("p", { class: "gallery-note", role: "status", "data-testid": "gallery-note" });
    const more = button("Show more", () => this.#load({ on: true }), { hidden: true, "data-testid": "gallery-more" });
    const list = el("ul", { class: "gallery-grid", "aria-labelledby": "gallery-title" });
    const keys = "Arrow keys move from picture to picture, Enter opens one, G goes to its message.";
    this.#parts = { words, author, title, note, more };
    this.#grid = new TileGrid({
      list,
      tile: (image) => this.#tile(image),
      onOpen: (images, at) => this.openViewer(images, at),
      onGo: (image) => this.goTo(image),
    });
    this.#place.replaceChildren(
      el(
        "div",
        { class: "gallery-head" },
        title,
        words,
        author,
        iconButton("close", "Back to the messages", () => this.close(), { "data-testid": "gallery-close" }),
      ),
      el(
        "div",
        { class: "gallery-body", role: "group", "aria-labelledby": "gallery-title", "aria-describedby": "gallery-keys" },
        el("p", { id: "gallery-keys", class: "visually-hidden", text: keys }),
        note,
        list,
        more,
      ),
    );
    this.#watcher = new IntersectionObserver(
      (seen) => seen.some((one) => one.isIntersecting) && this.#load({ on: true }),
      { root: list.parentElement, rootMargin: NEAR },
    );
  }

  /** The first page; `on`: the next one; `news`: only what has come since. */
  async #load({ on = false, news = false } = {}) {
    if (on && (this.#loading || !this.#more)) return;
    const asked = ++this.#asked;
    const { words, author, note, more, title } = this.#parts;
    const { id, name } = this.#channel();
    this.#loading = on;
    title.textContent = `Pictures of ${name}`;
    try {
      const beforeUs = on ? this.#grid.images.at(-1)?.created_at_us : undefined;
      const answer = await this.#api.history({ channel: id, words: words.value.trim(), author: author.value, beforeUs });
      if (asked !== this.#asked) return;
      const images = answer.images.filter((image) => !image.deleted);
      if (news) this.#grid.prepend(images);
      else if (on) this.#grid.append(images);
      else this.#grid.show(images);
      if (!news) this.#more = answer.more;
      more.hidden = !this.#more;
      this.#watcher.unobserve(more); // an observer tells of changes only: what is still in view is told again
      this.#watcher.observe(more);
      note.textContent = this.#grid.images.length ? "" : this.#nothing();
    } catch (error) {
      if (!error.sentence) throw error;
      note.textContent = error.sentence;
    } finally {
      if (asked === this.#asked) this.#loading = false;
    }
  }

  #nothing() {
    const { words, author } = this.#parts;
    if (words.value.trim() || author.value) return "No picture here is like that. Try other words, or everybody's.";
    return "No pictures here yet. What is drawn in this channel is shown here, the newest first.";
  }

  #tile(image) {
    return {
      label: `${(image.alt || image.prompt).replace(/\.$/, "")}. By ${image.by}${image.private ? ", only for you" : ""}`,
      source: localPath(this.#api.seen(image.thumb)),
      caption: image.prompt || image.alt,
      by: image.by,
      isPrivate: Boolean(image.private),
      canGo: Boolean(image.message),
    };
  }
}
