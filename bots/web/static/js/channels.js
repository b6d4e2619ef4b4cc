// The list of channels, and the drawer that it becomes on a narrow screen.

import { el, icon } from "./dom.js";

export class Channels {
  #list;
  #sidebar;
  #opener;

  constructor({ list, sidebar, opener, onChoose }) {
    this.#list = list;
    this.#sidebar = sidebar;
    this.#opener = opener;
    list.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-channel]");
      if (!link) return;
      event.preventDefault();
      this.close();
      onChoose(link.dataset.channel);
    });
    opener.addEventListener("click", () => (this.isOpen ? this.close() : this.open()));
    document.addEventListener("click", (event) => {
      if (this.isOpen && !sidebar.contains(event.target) && !opener.contains(event.target)) this.close();
    });
  }

  get isOpen() {
    return this.#sidebar.classList.contains("open");
  }

  open() {
    this.#sidebar.classList.add("open");
    this.#opener.setAttribute("aria-expanded", "true");
    this.#list.querySelector("a")?.focus();
  }

  /** Close the drawer; the focus goes back to its button when it was inside. */
  close() {
    if (!this.isOpen) return;
    if (this.#sidebar.contains(document.activeElement)) this.#opener.focus();
    this.#sidebar.classList.remove("open");
    this.#opener.setAttribute("aria-expanded", "false");
  }

  render(channels, current) {
    this.#list.replaceChildren(
      ...channels.map((channel) =>
        el(
          "li",
          {},
          el(
            "a",
            {
              href: `#${encodeURIComponent(channel.id)}`,
              class: "channel",
              "data-channel": channel.id,
              "data-testid": `channel-${channel.id}`,
              "aria-current": channel.id === current ? "page" : null,
            },
            icon("hash"),
            el("span", { dir: "auto", text: channel.name }),
          ),
        ),
      ),
    );
  }
}
