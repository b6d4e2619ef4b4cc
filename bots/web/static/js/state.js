// What the page knows: messages by id, the progress of those being drawn, and how far the stream has been read.

/**
 * Tells listeners: "message" (detail: the message), "progress" (detail: message id), "cleared".
 * A message is taken only when its `seq` is larger than the one that is known, so events may arrive twice or out of order.
 */
export class Store extends EventTarget {
  #messages = new Map();
  #progress = new Map();
  #cursor = 0;

  /** The sequence number to resume from. Only the first page and the stream move it: an older page must not skip news. */
  get cursor() {
    return this.#cursor;
  }

  clear() {
    this.#messages.clear();
    this.#progress.clear();
    this.#cursor = 0;
    this.dispatchEvent(new CustomEvent("cleared"));
  }

  advance(seq) {
    if (Number.isFinite(seq)) this.#cursor = Math.max(this.#cursor, seq);
  }

  upsert(message) {
    const known = this.#messages.get(message.id);
    if (known && known.seq >= message.seq) return false;
    this.#messages.set(message.id, message);
    if (message.kind !== "working") this.#progress.delete(message.id);
    this.dispatchEvent(new CustomEvent("message", { detail: message }));
    return true;
  }

  /** News of a job. Kept only while its message is still working: a late one changes nothing. */
  note(progress) {
    const message = this.#messages.get(progress.message);
    if (message && message.kind !== "working") return;
    const before = this.#progress.get(progress.message);
    this.#progress.set(progress.message, { ...progress, preview: progress.preview ?? before?.preview ?? null });
    this.dispatchEvent(new CustomEvent("progress", { detail: progress.message }));
  }

  message(id) {
    return this.#messages.get(id) ?? null;
  }

  progress(id) {
    return this.#progress.get(id) ?? null;
  }

  /** The messages of the channel (thread null) or of a thread, oldest first. */
  list(thread) {
    return [...this.#messages.values()].filter((message) => message.thread === thread).sort(inOrder);
  }

  /** The message that shows this picture, if it is loaded. */
  messageOf(image) {
    return [...this.#messages.values()].find((message) => message.images.some((one) => one.id === image)) ?? null;
  }

  /** All pictures that are still there, oldest first, threads included. */
  images() {
    return [...this.#messages.values()]
      .sort(inOrder)
      .flatMap((message) => message.images.filter((image) => !image.deleted));
  }
}

/** Oldest first. A change keeps a message's place: it is ordered by when it was posted, not by its sequence number. */
export function inOrder(a, b) {
  return a.created_at_us - b.created_at_us || (a.id < b.id ? -1 : 1);
}
