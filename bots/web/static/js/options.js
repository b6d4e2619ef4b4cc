// A command's form: one chip for each option of the command table. The prompt itself and pictures have their own places.

import { button, el } from "./dom.js";

const ELSEWHERE = new Set(["image", "images"]); // the paper clip and the reply

/** Options that become chips: all but pictures, and but the words, which are what is typed. */
export function chipOptions(command) {
  const words =
    command.options.find((option) => option.kind === "text" && option.required) ??
    command.options.find((option) => option.kind === "text");
  return command.options.filter((option) => option !== words && !ELSEWHERE.has(option.kind));
}

export class OptionForm {
  #place;
  #command = null;
  #values = {};
  #onChange;

  constructor({ place, onChange = () => {} }) {
    this.#place = place;
    this.#onChange = onChange;
  }

  /** What was chosen; options left open are absent. */
  get values() {
    return { ...this.#values };
  }

  /** Show the form of this command, or none. The same command again keeps what was chosen. */
  show(command) {
    if (command?.name === this.#command?.name) return;
    this.#command = command;
    this.reset();
  }

  reset() {
    this.#values = {};
    const options = this.#command ? chipOptions(this.#command) : [];
    this.#place.hidden = options.length === 0;
    this.#place.replaceChildren(...options.map((option) => this.#chip(option)));
  }

  #set(option, value, chip) {
    if (value === null || value === "" || value === false) delete this.#values[option.name];
    else this.#values[option.name] = value;
    chip.classList.toggle("set", option.name in this.#values);
    this.#onChange();
  }

  #chip(option) {
    switch (option.kind) {
      case "choice":
        return this.#select(option);
      case "integer":
        return option.maximum === null ? this.#input(option, "number") : this.#stepper(option);
      case "flag":
        return this.#switch(option);
      default:
        return this.#input(option);
    }
  }

  #select(option) {
    const select = el(
      "select",
      {
        name: option.name,
        "data-testid": `option-${option.name}`,
        on: { change: () => this.#set(option, select.value, chip) },
      },
      el("option", { value: "", text: "any" }),
      ...option.choices.map((choice) => el("option", { value: choice.value, text: choice.label })),
    );
    const chip = el(
      "label",
      { class: "chip", title: option.summary },
      el("span", { class: "chip-name", text: spoken(option.name) }),
      select,
    );
    return chip;
  }

  #stepper(option) {
    const low = option.minimum ?? 1;
    const high = option.maximum ?? 10;
    const shown = el("output", { class: "stepper-value", "data-testid": `option-${option.name}`, text: "any" });
    const change = (step) => {
      const now = this.#values[option.name];
      const next = now === undefined ? (step > 0 ? low : null) : now + step;
      const value = next === null || next < low ? null : Math.min(high, next);
      shown.textContent = value === null ? "any" : String(value);
      this.#set(option, value, chip);
    };
    const chip = el(
      "div",
      { class: "chip stepper", role: "group", "aria-label": spoken(option.name), title: option.summary },
      el("span", { class: "chip-name", text: spoken(option.name) }),
      el("button", {
        type: "button",
        class: "step",
        "aria-label": `Fewer: ${spoken(option.name)}`,
        text: "−",
        on: { click: () => change(-1) },
      }),
      shown,
      el("button", {
        type: "button",
        class: "step",
        "aria-label": `More: ${spoken(option.name)}`,
        text: "+",
        on: { click: () => change(1) },
      }),
    );
    return chip;
  }

  #switch(option) {
    const chip = button(
      spoken(option.name),
      () => {
        const on = !this.#values[option.name];
        chip.setAttribute("aria-checked", String(on));
        this.#set(option, on, chip);
      },
      {
        class: "chip switch",
        role: "switch",
        "aria-checked": "false",
        title: option.summary,
        "data-testid": `option-${option.name}`,
      },
    );
    chip.prepend(el("span", { class: "knob", "aria-hidden": "true" }));
    return chip;
  }

  #input(option, type = "text") {
    const value = () => (type === "number" && input.value !== "" ? Number(input.value) : input.value.trim());
    const input = el("input", {
      type,
      name: option.name,
      size: 10,
      dir: "auto",
      autocomplete: "off",
      "data-testid": `option-${option.name}`,
      on: { input: () => this.#set(option, value(), chip) },
    });
    const chip = el(
      "label",
      { class: "chip", title: option.summary },
      el("span", { class: "chip-name", text: spoken(option.name) }),
      input,
    );
    return chip;
  }
}

function spoken(name) {
  const words = name.replaceAll("_", " ");
  return words[0].toUpperCase() + words.slice(1);
}
