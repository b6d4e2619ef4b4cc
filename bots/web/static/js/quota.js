// The meter in the header: what this person may still do here, and when it resets.

import { el } from "./dom.js";
import { amount } from "./words.js";

const SETTLE_MS = 250; // several results in a row are one question to the server
const LOW = 0.2; // from here on the gauge warns

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

  /** Open the sheet that says what is left under every limit. */
  reveal() {
    setTimeout(() => {
      // the click that asked for it is over then, and closes nothing
      const details = this.#place.querySelector("details");
      if (!details) return;
      details.open = true;
      details.querySelector("summary").focus();
    });
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
    const hadFocus = this.#place.contains(document.activeElement);
    const shown = tightest(allowances);
    if (!shown) {
      this.#place.replaceChildren(el("span", { class: "quota-none", "data-testid": "quota", text: "No limits" }));
      return;
    }
    this.#place.replaceChildren(
      el(
        "details",
        { class: "quota-details", open: wasOpen },
        el(
          "summary",
          { "data-testid": "quota", title: shown.label },
          gauge(shown),
          el(
            "span",
            { class: "quota-text" },
            el(
              "span",
              {},
              leftNumbers(shown),
              today(shown) ? el("span", { class: "wide-only", text: " today" }) : null,
            ),
            shown.resets ? el("small", { text: `resets ${shown.resets}` }) : null,
          ),
        ),
        el(
          "div",
          { class: "quota-popover" },
          el("p", { class: "popover-title", text: "What you may still do here" }),
          ...allowances.map(line),
        ),
      ),
    );
    if (hadFocus) this.#place.querySelector("summary").focus();
  }
}

/** The limit that will stop this person first: the smallest part left, pictures before money; jobs in flight only when alone. */
export function tightest(allowances) {
  const lasting = allowances.filter((allowance) => allowance.unit !== "jobs");
  const part = (allowance) => (allowance.cap > 0 ? allowance.remaining / allowance.cap : 0);
  return (
    [...(lasting.length ? lasting : allowances)].sort(
      (a, b) => part(a) - part(b) || Number(b.unit === "images") - Number(a.unit === "images"),
    )[0] ?? null
  );
}

/** "24 of 30 left today". */
export function leftWords(allowance) {
  return leftNumbers(allowance) + (today(allowance) ? " today" : "");
}

function leftNumbers(allowance) {
  return `${amount(allowance.unit, allowance.remaining)} of ${amount(allowance.unit, allowance.cap)} left`;
}

/** The interface names no window; a calendar day's limit says so in its label. */
function today(allowance) {
  return /\bday\b/.test(allowance.label) && !/rolling|hours/.test(allowance.label);
}

function gauge(allowance) {
  const left = allowance.cap > 0 ? Math.min(1, allowance.remaining / allowance.cap) : 0;
  const fill = el("span", { class: "gauge-fill" });
  fill.style.inlineSize = `${left * 100}%`;
  return el(
    "span",
    {
      class: left <= LOW ? "gauge low" : "gauge",
      role: "meter",
      "aria-label": allowance.label,
      "aria-valuemin": 0,
      "aria-valuemax": Math.max(1, allowance.cap),
      "aria-valuenow": allowance.remaining,
      "aria-valuetext": leftWords(allowance),
    },
    fill,
  );
}

function line(allowance) {
  return el(
    "div",
    { class: "quota-line" },
    el("p", { text: allowance.label }),
    gauge(allowance),
    el("p", {
      class: "quota-fine",
      text: [leftWords(allowance), allowance.resets ? `resets ${allowance.resets}` : ""].filter(Boolean).join(" · "),
    }),
  );
}
