// Notices: good news, which leaves by itself, and refusals, which say what happened, what it cost and what to do now.

import { button, el, icon, iconButton } from "./dom.js";

const SHORT_MS = 5000;
const PER_CHARACTER_MS = 50; // for who reads slowly
const MOST = 3;

export class Toasts {
  #place;
  #onOffer;
  #onQuota;

  /**
   * `onOffer({act, subject})` takes up what a refusal offers and resolves to what is told then; `onQuota()` shows what
   * is left. Without them their buttons are not there.
   */
  constructor(place, { onOffer = null, onQuota = null } = {}) {
    this.#place = place;
    this.#onOffer = onOffer;
    this.#onQuota = onQuota;
    place.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#close(event.target.closest(".toast"));
    });
  }

  /**
   * Something was refused or failed: an ApiError, or the sentence alone. `again()` is the same once more, for what may
   * well work a moment later. The message box shows its own refusals itself.
   */
  refuse(what, again = null) {
    const error = typeof what === "string" ? { sentence: what } : what;
    const toast = this.#show(error.sentence, "refusal");
    const acts = this.#acts(error, toast, again);
    if (acts.length) toast.querySelector(".toast-words").append(el("div", { class: "toast-acts" }, ...acts));
  }

  /** Something worked. */
  tell(sentence) {
    const toast = this.#show(sentence, "news");
    const leave = () => toast.matches(":hover, :focus-within") || toast.remove();
    setTimeout(leave, SHORT_MS + PER_CHARACTER_MS * sentence.length);
    toast.addEventListener("pointerleave", () => setTimeout(leave, SHORT_MS));
  }

  /** The person went on and it worked: what was refused before is history. */
  settle() {
    for (const toast of [...this.#place.querySelectorAll(".toast-refusal")]) toast.remove();
  }

  #acts(error, toast, again) {
    const act = (label, testid, work) =>
      button(
        label,
        () => {
          toast.remove();
          work();
        },
        { class: "button", "data-testid": testid },
      );
    return [
      error.offer && this.#onOffer
        ? act(error.offer.label, `offer-${error.offer.act}`, () => this.#take(error.offer))
        : null,
      error.code === "quota_exceeded" && this.#onQuota ? act("See what is left", "toast-quota", this.#onQuota) : null,
      again && (error.status === 0 || error.status >= 500) ? act("Try again", "toast-again", again) : null,
    ].filter(Boolean);
  }

  async #take(offer) {
    try {
      this.tell(await this.#onOffer(offer));
    } catch (error) {
      if (!error.sentence) throw error;
      this.refuse(error);
    }
  }

  #show(sentence, kind) {
    for (const old of [...this.#place.children]) if (old.dataset.sentence === sentence) old.remove();
    const toast = el(
      "div",
      { class: `toast toast-${kind}`, "data-testid": "toast", "data-sentence": sentence },
      icon(kind === "refusal" ? "alert" : "details"),
      el("div", { class: "toast-words" }, ...parted(sentence)),
      iconButton("close", "Close this notice", () => this.#close(toast)),
    );
    this.#place.append(toast);
    while (this.#place.children.length > MOST) this.#place.firstElementChild.remove();
    return toast;
  }

  /** Whoever closed it by the keyboard goes on where they write. */
  #close(toast) {
    const hadFocus = toast?.contains(document.activeElement);
    toast?.remove();
    if (hadFocus) document.querySelector(".composer-text")?.focus();
  }
}

/** A sentence for people as two paragraphs: what happened, and below it the rest: what it cost, what to do now. */
export function parted(sentence) {
  const ends = typeof Intl.Segmenter === "function" ? firstEnd(sentence) : sentence.length;
  const rest = sentence.slice(ends).trim();
  return [
    el("p", { class: "notice-what", dir: "auto", text: sentence.slice(0, ends).trim() }),
    rest ? el("p", { class: "notice-rest", dir: "auto", text: rest }) : null,
  ].filter(Boolean);
}

function firstEnd(text) {
  const [first] = new Intl.Segmenter(undefined, { granularity: "sentence" }).segment(text);
  return first?.segment.length ?? text.length;
}
