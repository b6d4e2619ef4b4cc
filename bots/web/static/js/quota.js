// The meter in the header: what this person may still do here, and when it resets.

import { el } from "./dom.js";
import { amount } from "./words.js";

const SETTLE_MS = 250; // several results in a row are one question to the server

export class QuotaMeter {
  #api;
  #place;
  #channel = "";
  #timer = 0;
  #asked = 0;

  constructor({ api, place }) {
    this.#api = api;
    this.#place = place;
    document.addEventListener("click", (event) => {
      const open = place.querySelector("details[open]");
      if (open && !place.contains(event.target)) open.open = false;
    });
    place.addEventListener("keydown", (event) => {
      const open = place.querySelector("details[open]");
      if (event.key !== "Escape" || !open) return;
      open.open = false;
      open.querySelector("summary").focus();
      event.stopPropagation();
    });
  }

  show(channel) {
    this.#channel = channel;
    return this.refresh();
  }

  refreshSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.refresh(), SETTLE_MS);
  }

  /** Ask and show. A question overtaken by a later one (another person, another channel) is dropped. */
  async refresh() {
    const asked = ++this.#asked;
    const answer = await this.#api.quota(this.#channel).catch((error) => {
      if (error.sentence) return null; // the banner and the next refresh say more than a meter can
      throw error;
    });
    if (answer && asked === this.#asked) this.#render(answer.allowances);
  }

  #render(allowances) {
    const wasOpen = this.#place.querySelector("details")?.open ?? false;
    const shown = tightest(allowances);
    if (!shown) {
      this.#place.replaceChildren(el("span", { class: "quota-none", "data-testid": "quota", text: "No limits" }));
      return;
    }
    this.#place.replaceChildren(
      el(
        "details",
        { class: "quota-details", open: wasOpen },
        el("summary", { "data-testid": "quota", title: shown.label }, bar(shown), el("span", { class: "quota-text" }, el("span", { text: leftWords(shown) }), shown.resets ? el("small", { text: `resets ${shown.resets}` }) : null)),
        el("div", { class: "quota-popover" }, el("p", { class: "popover-title", text: "What you may still do here" }), ...allowances.map(line)),
      ),
    );
  }
}

/** The limit that will stop this person first: the smallest part left, pictures before money; jobs in flight only when alone. */
export function tightest(allowances) {
  const lasting = allowances.filter((allowance) => allowance.unit !== "jobs");
  const part = (allowance) => (allowance.cap > 0 ? allowance.remaining / allowance.cap : 0);
  return [...(lasting.length ? lasting : allowances)].sort((a, b) => part(a) - part(b) || Number(b.unit === "images") - Number(a.unit === "images"))[0] ?? null;
}

/** "24 of 30 left today", in the words of the limit's own label where it names its day. */
export function leftWords(allowance) {
  const left = `${amount(allowance.unit, allowance.remaining)} of ${amount(allowance.unit, allowance.cap)} left`;
  return /\bday\b/.test(allowance.label) && !/rolling|24 hours/.test(allowance.label) ? `${left} today` : left;
}

function bar(allowance) {
  const meter = el("meter", { min: 0, max: Math.max(1, allowance.cap), value: allowance.remaining, low: allowance.cap * 0.2, optimum: allowance.cap, "aria-label": allowance.label });
  meter.textContent = leftWords(allowance);
  return meter;
}

function line(allowance) {
  return el("div", { class: "quota-line" }, el("p", { text: allowance.label }), bar(allowance), el("p", { class: "quota-fine", text: [leftWords(allowance), allowance.resets ? `resets ${allowance.resets}` : ""].filter(Boolean).join(" · ") }));
}
