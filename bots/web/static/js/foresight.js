// Under the message box, while somebody types: the shape and price of what would be drawn, or what would be refused.

import { el, fitInside, icon } from "./dom.js";

const TYPING_MS = 250;
const PATIENCE_MS = 700; // a problem is said when the typing has paused: half a word is no mistake
const UNFINISHED = /(?:^|\s)(?:--|—)[\w-]*$/; // a flag whose name is being typed
const WAITING = /(?:^|\s)--[\w-]+[ =]\s*$/; // a flag whose value comes next
const NOT_YET = new Set(["empty_prompt", "no_source", "which_picture"]); // nothing is wrong: there is more to come
const OUTLINE = { width: 30, height: 22 };

export class Foresight {
  #ask;
  #field;
  #shown;
  #problem;
  #timer = 0;
  #patience = 0;
  #asked = 0;

  /** `ask(text)` resolves to {plan, problem}. `name` prefixes the test hooks. */
  constructor({ ask, field, name = "" }) {
    this.#ask = ask;
    this.#field = field;
    this.#shown = el("p", { class: "foreseen", "data-testid": `${name}foreseen`, hidden: true });
    this.#problem = el("p", {
      class: "foreseen-problem",
      id: `${field.id}-problem`,
      role: "status",
      "data-testid": `${name}foreseen-problem`,
    });
    this.place = el("div", { class: "foresight" }, this.#shown, this.#problem);
    field.setAttribute("aria-describedby", this.#problem.id);
  }

  /** The text or what goes with it has changed; `asks`: whether it could become a picture. */
  changed(asks) {
    clearTimeout(this.#timer);
    clearTimeout(this.#patience);
    this.#asked += 1;
    this.#say(null);
    if (!asks || !this.#field.value.trim()) {
      this.#show(null);
      return;
    }
    this.#timer = setTimeout(() => this.#look(), TYPING_MS);
  }

  async #look() {
    const asked = this.#asked;
    const said = this.#field.value;
    const text = this.#field === document.activeElement ? said.replace(UNFINISHED, "").replace(WAITING, "") : said;
    const answer = await this.#ask(text).catch((error) => {
      if (error.sentence !== undefined) return null; // sending it will say what is the matter
      throw error;
    });
    if (asked !== this.#asked || !answer) return;
    this.#show(answer.plan);
    const { problem } = answer;
    if (problem && !NOT_YET.has(problem.code))
      this.#patience = setTimeout(() => asked === this.#asked && this.#say(problem), PATIENCE_MS);
  }

  #show(plan) {
    this.#shown.hidden = plan === null;
    if (plan === null) return;
    const { width, height, count, about } = plan;
    const outline = el("span", { class: count > 1 ? "outline several" : "outline", "aria-hidden": "true" });
    const box = fitInside(width * 100, height * 100, OUTLINE.width, OUTLINE.height);
    outline.style.inlineSize = `${box.width}px`;
    outline.style.blockSize = `${box.height}px`;
    const words = [`${width} × ${height}`, count > 1 ? `${count} pictures` : "", about].filter(Boolean).join(" · ");
    this.#shown.replaceChildren(el("span", { class: "outline-place" }, outline), el("span", { text: words }));
  }

  #say(problem) {
    this.#field.toggleAttribute("aria-invalid", false);
    this.#problem.replaceChildren();
    if (problem === null) return;
    this.#field.setAttribute("aria-invalid", "true");
    this.#problem.append(icon("alert"), el("span", { dir: "auto", text: `${problem.sentence} ${problem.remedy}`.trim() }));
  }
}
