// Where the page is: one person in one channel, its messages, and the stream that keeps them up to date.

import { EventStream } from "./events.js";

const BANNER_AFTER_MS = 400; // a line that is back at once was never missed

export class Room {
  #api;
  #store;
  #banner;
  #onSignedOut;
  #stream = null;
  #bannerTimer = 0;
  #visit = 0;

  constructor({ api, store, banner, onSignedOut }) {
    this.#api = api;
    this.#store = store;
    this.#banner = banner;
    this.#onSignedOut = onSignedOut;
    this.channel = "";
  }

  /** Go to a channel: its newest messages, then everything that comes. Returns whether there are earlier messages. */
  async enter(channel) {
    const visit = ++this.#visit;
    this.#stream?.stop();
    this.#store.clear();
    this.channel = channel;
    const page = await this.#api.messages({ channel });
    if (visit !== this.#visit) return false;
    this.#store.advance(page.seq);
    for (const message of page.messages) this.#store.upsert(message);
    this.#listen(visit);
    return page.more;
  }

  /** Load the page before the oldest message; returns whether there is more. */
  async older() {
    const visit = this.#visit;
    const page = await this.#api.messages({ channel: this.channel, before: this.#store.oldest });
    if (visit !== this.#visit) return false;
    for (const message of page.messages) this.#store.upsert(message);
    return page.more;
  }

  #listen(visit) {
    const { channel } = this;
    this.#stream = new EventStream({
      path: () => this.#api.eventsPath(channel, this.#store.cursor),
      onEvent: (event) => this.#take(event, visit),
      onState: (state) => this.#say(state),
    });
    this.#stream.run();
  }

  #take({ type, id, data }, visit) {
    if (visit !== this.#visit) return;
    if (type === "message") {
      this.#store.upsert(data);
      this.#store.advance(id ?? data.seq);
    } else if (type === "progress") this.#store.note(data);
    else if (type === "hello" && data.seq < this.#store.cursor) this.enter(this.channel); // another, younger data folder: begin anew
  }

  #say(state) {
    clearTimeout(this.#bannerTimer);
    if (state === "signed-out") this.#onSignedOut();
    else if (state === "live") this.#banner.textContent = "";
    else if (!this.#banner.textContent)
      this.#bannerTimer = setTimeout(() => (this.#banner.textContent = "Reconnecting…"), BANNER_AFTER_MS);
  }
}
