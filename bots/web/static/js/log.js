// A list of messages that follows the store: the channel's, or a thread's.

import { button, el } from "./dom.js";
import { editBox } from "./editbox.js";
import { renderMessage, updateWorking } from "./message.js";
import { inOrder } from "./state.js";
import { dayKey, dayName } from "./words.js";

const TOGETHER_US = 5 * 60 * 1_000_000; // messages of one person within five minutes share a heading
const NEAR_END_PX = 120;

/**
 * `thread` is null for the channel, or a root message's id. `acts` is what a message can ask for:
 * {open(image), verb(verb, image, message, control), edit(image, instruction, message), paint(image, instruction, message, onSent),
 * reply(message, inThread), thread(message), cancel(message, control), jump(id)}.
 */
export class MessageLog {
  #place;
  #scroller;
  #store;
  #acts;
  #seen;
  #older;
  #selected = new Map();
  #editing = new Map();
  #following = true;
  #moving = false;
  #listeners = new AbortController();

  constructor({ place, store, thread = null, seen, acts, onOlder = null }) {
    this.#place = el("div", { class: "log-list" });
    this.#scroller = place;
    this.#store = store;
    this.thread = thread;
    this.#seen = seen;
    this.#acts = acts;
    this.#older = onOlder
      ? button("Show earlier messages", onOlder, { class: "quiet older", hidden: true, "data-testid": "older" })
      : null;
    const newer = button("New messages", () => this.toEnd(), { class: "newer", hidden: true });
    place.replaceChildren(...[this.#older, this.#place, newer].filter(Boolean));
    this.newer = newer;
    const { signal } = this.#listeners;
    store.addEventListener("message", (event) => this.#take(event.detail), { signal });
    store.addEventListener("progress", (event) => this.#progress(event.detail), { signal });
    store.addEventListener("cleared", () => this.#clear(), { signal });
    place.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    this.#place.addEventListener("keydown", (event) => this.#key(event), { signal });
    // The box below grows, a panel opens: a reader at the end stays there, too.
    const resized = new ResizeObserver(() => this.#following && this.toEnd());
    resized.observe(place);
    signal.addEventListener("abort", () => resized.disconnect());
    // Pictures arrive after their message and may change its height; a reader at the end stays at the end.
    this.#place.addEventListener("load", () => this.#following && this.toEnd(), { signal, capture: true });
    for (const message of [...(thread ? [store.message(thread)] : []), ...store.list(thread)])
      if (message) this.#take(message);
    this.toEnd();
  }

  close() {
    this.#listeners.abort();
  }

  get isEmpty() {
    return this.#place.childElementCount === 0;
  }

  offerOlder(more) {
    if (this.#older) this.#older.hidden = !more;
  }

  toEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#following = true;
    this.newer.hidden = true;
  }

  /** A page of messages is one move to the end, and one layout. */
  #followSoon() {
    if (this.#moving) return;
    this.#moving = true;
    requestAnimationFrame(() => {
      this.#moving = false;
      if (this.#following) this.toEnd();
    });
  }

  /** Keep what is being read in place while older messages go in above it. */
  async keepingPlace(work) {
    const fromEnd = this.#scroller.scrollHeight - this.#scroller.scrollTop;
    await work();
    this.#scroller.scrollTop = this.#scroller.scrollHeight - fromEnd;
  }

  /** Go to a message and let it flash; false when it is not here. */
  reveal(id) {
    const article = this.#article(id);
    if (!article) return false;
    article.scrollIntoView({ block: "center" });
    article.focus({ preventScroll: true });
    article.classList.remove("flash");
    requestAnimationFrame(() => article.classList.add("flash"));
    return true;
  }

  /** Open the field for an instruction under this picture's message. */
  openEdit(message, image) {
    this.closeEdit(message.id);
    const box = editBox({
      onSend: (instruction) => this.#acts.edit(image, instruction, message),
      onPaint: (instruction) => this.#acts.paint(image, instruction, message, () => this.closeEdit(message.id)),
      onClose: () => {
        this.closeEdit(message.id);
        this.#article(message.id)?.querySelector("[data-testid=btn-edit]")?.focus();
      },
    });
    this.#editing.set(message.id, box);
    this.#article(message.id)?.querySelector(".message-main").append(box.box);
    box.focus();
    box.box.scrollIntoView({ block: "nearest" });
  }

  closeEdit(id) {
    this.#editing.get(id)?.box.remove();
    this.#editing.delete(id);
  }

  focusLast() {
    this.#place.lastElementChild?.focus();
  }

  #clear() {
    this.#place.replaceChildren();
    this.#selected.clear();
    this.#editing.clear();
    this.#following = true;
  }

  #article(id) {
    return this.#place.querySelector(`[data-message-id="${CSS.escape(id)}"]`);
  }

  #belongs(message) {
    return message.thread === this.thread || (this.thread !== null && message.id === this.thread);
  }

  #take(message) {
    if (!this.#belongs(message)) return;
    const fresh = this.#render(message);
    const old = this.#article(message.id);
    if (old) this.#replace(old, fresh, message);
    else this.#insert(fresh, message);
    this.#group(fresh);
    if (fresh.nextElementSibling) this.#group(fresh.nextElementSibling);
    if (this.#following) this.#followSoon();
    else if (!old && !fresh.nextElementSibling) this.newer.hidden = false;
  }

  #insert(fresh, message) {
    let before = null;
    for (let at = this.#place.lastElementChild; at; at = at.previousElementSibling) {
      const other = this.#store.message(at.dataset.messageId);
      if (other && inOrder(other, message) < 0) break;
      before = at;
    }
    this.#place.insertBefore(fresh, before);
    if (before !== null) return;
    for (const article of this.#place.querySelectorAll(':scope > [tabindex="0"]')) article.tabIndex = -1;
    fresh.tabIndex = 0; // one tab stop for the list; arrows move inside it
  }

  #replace(old, fresh, message) {
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const editing = this.#editing.get(message.id);
    fresh.tabIndex = old.tabIndex;
    old.replaceWith(fresh);
    if (editing && !message.deleted) fresh.querySelector(".message-main").append(editing.box);
    if (!focused) return;
    const again = focused.isConnected
      ? focused
      : fresh.querySelector(
          focused.dataset?.testid ? `[data-testid="${focused.dataset.testid}"]` : "[tabindex='none']",
        );
    (again ?? fresh).focus({ preventScroll: true });
  }

  #render(message) {
    return renderMessage(message, {
      seen: this.#seen,
      selected: this.#selected.get(message.id) ?? null,
      progress: this.#store.progress(message.id),
      inThread: this.thread !== null,
      onSelect: (image) => this.#select(message.id, image),
      onOpen: (image) => this.#acts.open(image),
      onVerb: (verb, image, control) => this.#acts.verb(verb, image, this.#store.message(message.id), control, this),
      onReply: () => this.#acts.reply(this.#store.message(message.id), this.thread !== null),
      onThread: () => this.#acts.thread(this.#store.message(message.id)),
      onCancel: (control) => this.#acts.cancel(this.#store.message(message.id), control),
      onChoice: (choice, control) => this.#acts.choose(choice, control),
      onOwnData: (what, control) => this.#acts.ownData(what, control),
      onJump: (id) => this.#acts.jump(id),
    });
  }

  #select(id, image) {
    this.#selected.set(id, image.id);
    this.closeEdit(id);
    this.#replace(this.#article(id), this.#render(this.#store.message(id)), this.#store.message(id));
    this.#group(this.#article(id));
    const chosen = this.#article(id).querySelector(".picture.chosen");
    chosen?.focus({ preventScroll: true });
    if (this.#following) this.toEnd();
  }

  #progress(id) {
    const article = this.#article(id);
    if (article) updateWorking(article, this.#store.message(id), this.#store.progress(id), this.#seen);
  }

  #group(article) {
    const message = this.#store.message(article.dataset.messageId);
    const before = article.previousElementSibling
      ? this.#store.message(article.previousElementSibling.dataset.messageId)
      : null;
    const sameDay = before !== null && dayKey(before.created_at_us) === dayKey(message.created_at_us);
    const together =
      sameDay &&
      message.kind === "said" &&
      before.kind === "said" &&
      before.author.id === message.author.id &&
      before.only_for === message.only_for &&
      !message.reply_preview &&
      message.created_at_us - before.created_at_us < TOGETHER_US;
    article.classList.toggle("grouped", together);
    article.classList.toggle(
      "answers",
      message.author.kind === "easel" && before !== null && before.id === message.reply_to,
    );
    const day = article.querySelector(".day");
    day.hidden = sameDay;
    day.textContent = sameDay ? "" : dayName(message.created_at_us);
  }

  #scrolled() {
    const left = this.#scroller.scrollHeight - this.#scroller.scrollTop - this.#scroller.clientHeight;
    this.#following = left < NEAR_END_PX;
    if (this.#following) this.newer.hidden = true;
  }

  #key(event) {
    const article = event.target.closest?.("[data-message-id]");
    if (
      !article ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)
    )
      return;
    const message = this.#store.message(article.dataset.messageId);
    const to = { ArrowUp: article.previousElementSibling, ArrowDown: article.nextElementSibling }[event.key];
    if (to && event.target === article) this.#moveTo(article, to);
    else if (event.key === "r" || event.key === "R") this.#acts.reply(message, this.thread !== null);
    else if ((event.key === "t" || event.key === "T") && this.thread === null) this.#acts.thread(message);
    else if (event.key === "e" || event.key === "E") article.querySelector("[data-testid=btn-edit]")?.click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #moveTo(from, to) {
    from.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  }
}
