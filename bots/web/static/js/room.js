// Where the page is: one person in one channel, its messages, and the stream that keeps them up to date.

import { EventStream } from "./events.js";
import { inOrder } from "./state.js";

const EARLIER = 50; // messages of a page that goes in above
const BANNER_AFTER_MS = 400; // a line that is back at once was never missed

export class Room {
  #api;
  #store;
  #banner;
  #onSignedOut;
  #onNews;
  #stream = null;
  #bannerTimer = 0;
  #visit = 0;
  #oldest = null; // the oldest message of the pages that were read, while there are earlier ones

  /** `onNews(message, before)` is told of what comes while the channel is open; `before` is null for a new message. */
  constructor({ api, store, banner, onSignedOut, onNews = () => {} }) {
    this.#onNews = onNews;
    this.#api = api;
    this.#store = store;
    this.#banner = banner;
    this.#onSignedOut = onSignedOut;
    this.channel = "";
  }

  /** Go to a channel: its newest messages, then everything that comes. Returns whether there are earlier messages; null when it was left again meanwhile. */
  async enter(channel) {
    const visit = ++this.#visit;
    this.#stream?.stop();
    this.#store.clear();
    this.channel = channel;
    const page = await this.#api.messages({ channel });
    if (visit !== this.#visit) return null;
    this.#store.advance(page.seq);
    this.#keep(page);
    this.#listen(visit);
    return page.more;
  }

  /** Whether there are messages further back than was read so far. */
  get hasOlder() {
    return this.#oldest !== null;
  }

  /** Load the page before the oldest message; returns whether there is more. */
  async older(limit = EARLIER) {
    const visit = this.#visit;
    const before = this.#store.message(this.#oldest.id).seq;
    const page = await this.#api.messages({ channel: this.channel, before, limit });
    if (visit !== this.#visit) return false;
    this.#keep(page);
    return page.more;
  }

  #keep(page) {
    this.#oldest = page.more ? page.messages[0] : null;
    for (const message of page.messages) this.#store.upsert(message);
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
      // A change of a message that no page has reached yet: it comes with its page, and nothing may seem to lie between.
      const unread = this.#oldest !== null && data.thread === null && inOrder(data, this.#oldest) < 0;
      const before = this.#store.message(data.id);
      if (!unread && this.#store.upsert(data)) this.#onNews(data, before);
      this.#store.advance(id ?? data.seq);
    } else if (type === "progress") this.#store.note(data);
    else if (type === "hello" && data.seq < this.#store.cursor) location.reload(); // another, younger data folder: begin anew
  }

  #say(state) {
    clearTimeout(this.#bannerTimer);
    if (state === "signed-out") this.#onSignedOut();
    else if (state === "live") this.#banner.textContent = "";
    else if (!this.#banner.textContent)
      this.#bannerTimer = setTimeout(() => (this.#banner.textContent = "Reconnecting…"), BANNER_AFTER_MS);
  }
}
