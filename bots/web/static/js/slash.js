// The slash menu: "/" lists the commands; letters narrow it; arrows, Enter, Tab and Esc work it while typing goes on.

import { el } from "./dom.js";

/** The commands that fit what was typed after "/": those that begin so first, then those that contain it. */
export function matching(commands, typed) {
  const word = typed.toLowerCase();
  const begins = commands.filter((command) => command.name.startsWith(word));
  return [...begins, ...commands.filter((command) => !begins.includes(command) && command.name.includes(word))];
}

/** The command that a text begins with, when it is complete: "/imagine a fox" but not "/imag". */
export function commandOf(commands, text) {
  const name = /^\s*\/([a-z]+)(?:\s|$)/.exec(text)?.[1];
  return commands.find((command) => command.name === name) ?? null;
}

export class SlashMenu {
  #field;
  #list;
  #commands;
  #onChoose;
  #shown = [];
  #active = 0;
  #closedFor = null; // the text for which Esc was pressed

  constructor({ field, list, commands, onChoose }) {
    this.#field = field;
    this.#list = list;
    this.#commands = commands;
    this.#onChoose = onChoose;
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-haspopup", "listbox");
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) this.#choose(Number(item.dataset.index));
    });
  }

  get isOpen() {
    return !this.#list.hidden;
  }

  /** Look at the text again. */
  update() {
    const typed = /^\/([a-z]*)$/i.exec(this.#field.value)?.[1];
    if (this.#field.value !== this.#closedFor) this.#closedFor = null;
    if (typed === undefined || this.#closedFor !== null) return this.close();
    this.#shown = matching(this.#commands, typed);
    this.#active = 0;
    if (!this.#shown.length) return this.close();
    this.#list.hidden = false;
    return this.#render();
  }

  close() {
    this.#list.hidden = true;
    this.#field.removeAttribute("aria-activedescendant");
  }

  /** Take a key of the field; true when it was the menu's. */
  key(event) {
    if (!this.isOpen || event.isComposing) return false;
    if (event.key === "Enter" && this.#isWhole) {
      this.close();
      return false; // there is nothing to add: the composer sends it
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#active = (this.#active + step + this.#shown.length) % this.#shown.length;
      this.#render();
    } else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) this.#choose(this.#active);
    else if (event.key === "Escape") {
      this.#closedFor = this.#field.value;
      this.close();
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  /** "/quota": typed to its end, and it needs no words. */
  get #isWhole() {
    const command = this.#shown[this.#active];
    return this.#field.value === `/${command.name}` && !command.options.some((option) => option.required);
  }

  #choose(index) {
    const command = this.#shown[index];
    this.close();
    this.#onChoose(command);
  }

  #render() {
    this.#list.replaceChildren(
      ...this.#shown.map((command, index) =>
        el(
          "li",
          {
            role: "option",
            id: `${this.#list.id}-${command.name}`,
            class: "slash-item",
            "data-index": index,
            "data-testid": `slash-item-${command.name}`,
            "aria-selected": String(index === this.#active),
          },
          el("span", { class: "slash-name", text: `/${command.name}` }),
          el("span", { class: "slash-summary", text: command.summary }),
        ),
      ),
    );
    const active = this.#list.children[this.#active];
    this.#field.setAttribute("aria-activedescendant", active.id);
    active.scrollIntoView({ block: "nearest" });
  }
}
