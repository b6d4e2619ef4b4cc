// The picture viewer: large, with its neighbours, its lineage, its details, a download and a field to change it.

import { el, iconButton, localPath } from "./dom.js";
import { editBox } from "./editbox.js";
import { isVeiled, lift, veil } from "./veil.js";
import { amount, moment } from "./words.js";

export class Viewer {
  #api;
  #onEdit;
  #onPaint;
  #dialog = null;
  #images = [];
  #at = 0;
  #asked = 0;

  /** onEdit(image, instruction) and onPaint(image, instruction) as in the edit box. */
  constructor({ api, onEdit, onPaint }) {
    this.#api = api;
    this.#onEdit = onEdit;
    this.#onPaint = onPaint;
  }

  /** Show one of these pictures; the others are its neighbours. */
  open(images, at) {
    this.#images = images;
    this.#dialog?.close();
    this.#dialog = el("dialog", { class: "dialog viewer", "aria-label": "Picture", "data-testid": "viewer" });
    document.body.append(this.#dialog);
    const dialog = this.#dialog;
    dialog.addEventListener("close", () => dialog.remove(), { once: true });
    dialog.addEventListener("keydown", (event) => this.#key(event));
    this.#build();
    this.#show(at);
    dialog.showModal();
    this.#part("viewer-stage").focus();
  }

  #build() {
    const box = editBox({
      name: "viewer-",
      onSend: async (instruction) => {
        await this.#onEdit(this.#current, instruction);
        this.#dialog.close();
      },
      onPaint: (instruction) => {
        const image = this.#current;
        this.#dialog.close();
        this.#onPaint(image, instruction);
      },
    });
    this.#dialog.append(
      el(
        "header",
        { class: "dialog-head" },
        el("p", { class: "viewer-count", "data-part": "count", role: "status" }),
        iconButton("previous", "Previous picture", () => this.#show(this.#at - 1), {
          "data-part": "previous",
          "data-testid": "viewer-previous",
        }),
        iconButton("next", "Next picture", () => this.#show(this.#at + 1), {
          "data-part": "next",
          "data-testid": "viewer-next",
        }),
        el("button", {
          type: "button",
          class: "button",
          "data-part": "zoom",
          "data-testid": "viewer-zoom",
          "aria-pressed": "false",
          text: "100 %",
          on: { click: () => this.#zoom() },
        }),
        el("a", {
          class: "button",
          "data-part": "download",
          "data-testid": "viewer-download",
          download: "",
          text: "Download",
        }),
        iconButton("close", "Close the viewer", () => this.#dialog.close(), { "data-testid": "viewer-close" }),
      ),
      el(
        "div",
        { class: "viewer-body" },
        el("div", {
          class: "viewer-stage",
          "data-part": "viewer-stage",
          tabindex: "0",
          role: "group",
          "aria-label": "Picture. Left and right show its neighbours, Z zooms.",
        }),
        el(
          "div",
          { class: "viewer-side" },
          el("div", { "data-part": "details", class: "viewer-details", "data-testid": "details" }),
          box.box,
        ),
      ),
    );
  }

  get #current() {
    return this.#images[this.#at];
  }

  #part(name) {
    return this.#dialog.querySelector(`[data-part="${name}"]`);
  }

  #show(at) {
    if (at < 0 || at >= this.#images.length) return;
    this.#at = at;
    const image = this.#current;
    const address = localPath(this.#api.seen(image.url));
    const picture = el("img", {
      src: address,
      alt: image.alt,
      width: image.width,
      height: image.height,
      "data-testid": "viewer-picture",
      "data-image-id": image.id,
    });
    veil(picture, image);
    if (isVeiled(image)) {
      picture.title = "Veiled: click to show";
      picture.addEventListener("click", () => this.#lift(), { once: true });
    }
    this.#part("viewer-stage").replaceChildren(picture);
    this.#part("count").textContent = this.#images.length > 1 ? `${at + 1} of ${this.#images.length}` : "";
    this.#part("previous").disabled = at === 0;
    this.#part("next").disabled = at === this.#images.length - 1;
    this.#part("download").setAttribute("href", address);
    this.#fill(image);
  }

  #lift() {
    lift(this.#current);
    this.#part("viewer-stage").firstChild.removeAttribute("title");
  }

  #zoom() {
    const full = this.#part("viewer-stage").classList.toggle("full");
    this.#part("zoom").setAttribute("aria-pressed", String(full));
  }

  async #fill(image) {
    const asked = ++this.#asked;
    const place = this.#part("details");
    place.setAttribute("aria-busy", "true");
    let content;
    try {
      content = this.#details(await this.#api.details(image.id));
    } catch (error) {
      if (!error.sentence) throw error;
      content = [el("p", { class: "edit-problem", text: error.sentence })];
    }
    if (asked !== this.#asked) return;
    place.removeAttribute("aria-busy");
    place.replaceChildren(...content);
  }

  #details(details) {
    const { image, charged } = details;
    const images = charged.images === 1 ? "1 picture" : `${charged.images} pictures`;
    const price = typeof charged.money === "number" ? amount("money", charged.money) : charged.money;
    const money = price ? `, ${price}${charged.measured ? "" : " (estimated)"}` : "";
    const rows = [
      ["By", details.by],
      ["When", moment(details.created_at_us)],
      ["Drawn by", details.provider_label],
      ["Kind", details.operation],
      ["Size", `${image.width} × ${image.height}`],
      ["Quality", details.quality],
      ["Style", details.style],
      ["Seed", details.seed],
      ["Charged", images + money],
      ...Object.entries(details.facts ?? {}),
    ].filter(([, value]) => value !== null && value !== undefined && value !== "");
    return [
      el("p", { class: "viewer-prompt", dir: "auto", "data-testid": "details-prompt", text: details.prompt }),
      details.lineage.length > 1 ? this.#lineage(details.lineage, image) : null,
      el(
        "dl",
        { class: "facts" },
        ...rows.flatMap(([name, value]) => [el("dt", { text: name }), el("dd", { dir: "auto", text: value })]),
      ),
      details.remarks.length
        ? el("ul", { class: "remarks" }, ...details.remarks.map((remark) => el("li", { dir: "auto", text: remark })))
        : null,
    ].filter(Boolean);
  }

  /** The steps that led here, first one first. A step opens in place; the picture's neighbours become the steps. */
  #lineage(steps, image) {
    const list = el("ol", { class: "lineage", "aria-label": "Steps that led to this picture" });
    steps.forEach((step, index) => {
      const open = el("button", {
        type: "button",
        class: "lineage-step",
        "aria-current": step.id === image.id ? "step" : null,
        "aria-label": `Step ${index + 1}: ${step.alt}`,
        disabled: step.deleted,
        on: { click: () => this.#walk(steps, index) },
      });
      open.append(
        step.deleted
          ? el("span", { text: "deleted" })
          : veil(el("img", { src: localPath(this.#api.seen(step.thumb)), alt: "" }), step),
      );
      list.append(el("li", {}, open));
    });
    return el("section", { class: "lineage-section" }, el("h3", { text: "Steps" }), list);
  }

  #walk(steps, index) {
    const present = steps.filter((step) => !step.deleted);
    this.#images = present;
    this.#show(present.indexOf(steps[index]));
  }

  #key(event) {
    if (/^(INPUT|TEXTAREA)$/.test(event.target.tagName)) return;
    const scrolls =
      this.#part("viewer-stage").classList.contains("full") && event.target === this.#part("viewer-stage");
    if (event.key === "ArrowLeft" && !scrolls) this.#show(this.#at - 1);
    else if (event.key === "ArrowRight" && !scrolls) this.#show(this.#at + 1);
    else if (event.key === "z" || event.key === "Z") this.#zoom();
    else if (event.key === "Enter" && event.target === this.#part("viewer-stage")) this.#lift();
    else return;
    event.preventDefault();
  }
}
