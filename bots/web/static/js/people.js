// The switch between the demo people: who this page speaks as.

import { el } from "./dom.js";

const KEPT = "easel.person"; // in sessionStorage: two tabs may be two people

export class People {
  #select;
  #people = [];

  constructor({ select, onChoose }) {
    this.#select = select;
    select.addEventListener("change", () => {
      sessionStorage.setItem(KEPT, select.value);
      onChoose(select.value);
    });
  }

  /** Fill the list; returns who is chosen: the one of last time in this tab, or an ordinary person with a role. */
  render(people) {
    this.#people = people;
    this.#select.replaceChildren(...people.map((person) => el("option", { value: person.id, text: person.name })));
    const ordinary = people.find((person) => person.roles.length > 0 && !person.is_admin) ?? people[0];
    const kept = people.find((person) => person.id === sessionStorage.getItem(KEPT));
    this.#select.value = (kept ?? ordinary).id;
    return this.#select.value;
  }

  /** Become this one, as if chosen from the list. */
  choose(id) {
    this.#select.value = id;
    this.#select.dispatchEvent(new Event("change"));
  }

  name(id) {
    return this.#people.find((person) => person.id === id)?.name ?? "";
  }
}
