// Going to a message, wherever it is: in the channel's list, further up than was read so far, or in a thread.

const LARGEST_PAGE = 200;

export class Finding {
  #room;
  #store;
  #log;
  #threads;
  #toasts;

  constructor({ room, store, log, threads, toasts }) {
    this.#room = room;
    this.#store = store;
    this.#log = log;
    this.#threads = threads;
    this.#toasts = toasts;
  }

  /** Show a message and give it the focus; `thread`: the root of the thread that it is in. Throws an ApiError. */
  async goTo(id, thread = null) {
    const there = thread ? await this.#inThread(id, thread) : await this.#inChannel(id);
    if (!there) this.#toasts.tell("That message is not in this channel any more.");
  }

  async #inThread(id, thread) {
    await this.#threads.open({ id: thread, thread: null });
    return this.#threads.log?.reveal(id) ?? false;
  }

  /** The list is read further back, page by page, until the message is in it: nothing may be left out in between. */
  async #inChannel(id) {
    const { channel } = this.#room;
    for (let more = this.#room.hasOlder; !this.#store.message(id) && more && this.#room.channel === channel; )
      this.#log.offerOlder((more = await this.#room.older(LARGEST_PAGE)));
    return this.#room.channel !== channel || this.#log.reveal(id);
  }
}
