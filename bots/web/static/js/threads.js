// A thread: its root, its replies, and a message box of its own. Every message there is a turn of the conversation.

import { el } from "./dom.js";
import { Composer } from "./composer.js";
import { MessageLog } from "./log.js";

export class Threads {
  #api;
  #hello;
  #panel;
  #store;
  #toasts;
  #acts;
  #channel;
  #composer = null;
  log = null; // of the thread that was opened last

  /** `channel()` is where this page is; `acts` as in the message log. */
  constructor({ api, hello, panel, store, toasts, acts, channel }) {
    this.#api = api;
    this.#hello = hello;
    this.#panel = panel;
    this.#store = store;
    this.#toasts = toasts;
    this.#acts = acts;
    this.#channel = channel;
  }

  /** The open thread's message box; null when no thread is open. */
  get composer() {
    return this.#panel.holds === "thread" ? this.#composer : null;
  }

  /** The message that the open thread hangs on; "" when none is open. */
  get openRoot() {
    return this.#panel.holds === "thread" && this.log ? this.log.thread : "";
  }

  /** Open the thread of a message and put the cursor into its box. */
  async open(message) {
    const root = message.thread ?? message.id;
    const place = el("div", { class: "log", tabindex: "-1" });
    const box = el("div", {});
    const log = (this.log = new MessageLog({
      place,
      store: this.#store,
      thread: root,
      seen: (url) => this.#api.seen(url),
      acts: this.#acts,
      label: "Messages of this thread",
    }));
    this.#composer = new Composer({
      api: this.#api,
      hello: this.#hello,
      place: box,
      where: () => ({ channel: this.#channel(), thread: root }),
      toasts: this.#toasts,
      name: "thread-",
      label: "Reply in this thread",
      onSent: () => log.toEnd(),
    });
    this.#panel.open({ holds: "thread", title: "Thread", content: [place, box], onClose: () => log.close() });
    this.#composer.focus();
    try {
      const { messages } = await this.#api.messages({ channel: this.#channel(), thread: root });
      for (const one of messages) this.#store.upsert(one);
      log.toEnd();
    } catch (error) {
      if (!error.sentence) throw error;
      this.#toasts.refuse(error.sentence);
    }
  }
}
