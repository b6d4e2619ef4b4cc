// The picture viewer: large, with its neighbours, zoom, its lineage, two steps compared, and a field to change it.

import { Compare } from "./compare.js";
import { copied } from "./copying.js";
import { factsOf } from "./details.js";
import { el, localPath } from "./dom.js";
import { editBox } from "./editbox.js";
import { familyStrip, laidOut } from "./lineage.js";
import { isVeiled, lift, veil } from "./veil.js";
import { viewerFrame } from "./viewer-frame.js";
import { Zoom } from "./zoom.js";

const PAN_PX = 60;

export class Viewer {
  #api;
  #onEdit;
  #onPaint;
  #onUndo;
  #onBranch;
  #parts = null;
  #zoom;
  #compare;
  #images = [];
  #at = 0;
  #places = []; // the steps of the picture that is shown, laid out
  #asked = 0;

  /**
   * onEdit(image, instruction) and onPaint(image, instruction) as in the edit box. onUndo(image) posts the step before
   * and resolves when that is on its way; onBranch(image, step) makes the next message start from this picture.
   */
  constructor({ api, onEdit, onPaint, onUndo = null, onBranch = null }) {
    this.#api = api;
    this.#onEdit = onEdit;
    this.#onPaint = onPaint;
    this.#onUndo = onUndo;
    this.#onBranch = onBranch;
  }

  /** Show one of these pictures; the others are its neighbours. */
  open(images, at) {
    this.#parts?.dialog.close();
    this.#images = images;
    const opener = document.activeElement;
    this.#build();
    const { dialog, stage } = this.#parts;
    dialog.addEventListener("close", () => this.#closed(dialog, opener, images[at].id), { once: true });
    document.body.append(dialog);
    dialog.showModal();
    this.#show(at);
    stage.focus();
  }

  /** The browser gives the focus back to what had it; that may have been drawn anew meanwhile. */
  #closed(dialog, opener, image) {
    dialog.remove();
    if (opener?.isConnected) return;
    const again = document.querySelector(`#log [data-image-id="${CSS.escape(image)}"]`)?.closest("button");
    (again ?? document.querySelector(".composer-text"))?.focus();
  }

  #build() {
    const box = editBox({
      name: "viewer-",
      onSend: async (instruction) => {
        await this.#onEdit(this.#current, instruction);
        this.#parts.dialog.close();
      },
      onPaint: (instruction) => this.#leave((image) => this.#onPaint(image, instruction)),
    });
    const on = {
      close: () => this.#parts.dialog.close(),
      previous: () => this.#show(this.#at - 1),
      next: () => this.#show(this.#at + 1),
      zoomIn: () => this.#zoom.step(1),
      zoomOut: () => this.#zoom.step(-1),
      zoom: () => this.#zoom.toggle(),
      compare: () => this.#toggleCompare(),
      choose: () => this.#compareWith(this.#parts.choice.value),
      copy: async () => this.#say(await copied(this.#address(this.#current))),
      undo: () => this.#undo(),
      branch: () => this.#leave((image) => this.#onBranch(image, this.#stepName(image.id))),
    };
    this.#parts = viewerFrame(on, box);
    const { dialog, stage, layer } = this.#parts;
    this.#zoom = new Zoom({
      stage,
      layer,
      onChange: () => this.#zoomed(),
      onSwipe: (step) => !this.#compare.isOn && this.#show(this.#at + step),
    });
    this.#compare = new Compare({ stage, layer, zoom: this.#zoom });
    dialog.addEventListener("keydown", (event) => this.#key(event));
  }

  get #current() {
    return this.#images[this.#at];
  }

  #address(image) {
    return localPath(this.#api.seen(image.url));
  }

  #leave(work) {
    const image = this.#current;
    this.#parts.dialog.close();
    work(image);
  }

  #say(sentence) {
    this.#parts.note.textContent = sentence;
  }

  #show(at) {
    if (at < 0 || at >= this.#images.length) return;
    this.#at = at;
    const image = this.#current;
    const { layer, count, previous, next, download, full } = this.#parts;
    const picture = el("img", {
      src: this.#address(image),
      alt: image.alt,
      draggable: "false",
      "data-testid": "viewer-picture",
      "data-image-id": image.id,
    });
    veil(picture, image);
    if (isVeiled(image)) {
      picture.title = "Veiled: click to show";
      picture.addEventListener("click", () => this.#lift(), { once: true });
    }
    layer.querySelector("[data-testid=viewer-picture]")?.remove();
    layer.prepend(picture);
    this.#endCompare();
    this.#zoom.show(image);
    count.textContent = this.#images.length > 1 ? `${at + 1} of ${this.#images.length}` : "";
    previous.disabled = at === 0;
    next.disabled = at === this.#images.length - 1;
    for (const link of [download, full]) link.setAttribute("href", this.#address(image));
    this.#say("");
    this.#fill(image);
  }

  #lift() {
    lift(this.#current);
    this.#parts.layer.firstChild.removeAttribute("title");
  }

  #zoomed() {
    const { zoom, zoomOut } = this.#parts;
    zoom.textContent = `${Math.round(this.#zoom.scale * 100)} %`;
    zoom.setAttribute("aria-label", `Zoom: ${zoom.textContent}. Show the whole picture, or its own size`);
    zoomOut.disabled = this.#zoom.isFitted;
    this.#compare?.follow();
  }

  async #fill(image) {
    const asked = ++this.#asked;
    const { dialog, prompt, facts } = this.#parts;
    this.#step([]);
    facts.setAttribute("aria-busy", "true");
    let details = null;
    try {
      details = await this.#api.details(image.id);
    } catch (error) {
      if (!error.sentence) throw error;
      if (asked === this.#asked) facts.replaceChildren(el("p", { class: "edit-problem", text: error.sentence }));
    }
    if (asked !== this.#asked || !dialog.isConnected) return;
    facts.removeAttribute("aria-busy");
    if (!details) return;
    prompt.textContent = details.prompt;
    facts.replaceChildren(...factsOf(details));
    this.#step(laidOut(details.family ?? details.lineage, image.id));
  }

  /** Show these steps, and what may be done from the one that is seen. */
  #step(places) {
    this.#places = places;
    const { steps, compare, undo, branch, where, choice } = this.#parts;
    const id = this.#current.id;
    const here = places.find((place) => place.image.id === id);
    const others = places.filter((place) => place.image.id !== id && !place.image.deleted);
    steps.hidden = places.length < 2;
    if (places.length > 1)
      steps.replaceChildren(
        el("h3", { text: "Steps" }),
        familyStrip(places, { current: id, seen: (url) => this.#api.seen(url), onOpen: (image) => this.#walk(image) }),
      );
    compare.disabled = others.length === 0;
    compare.title = others.length ? "Lay another step over this one (C)" : "There is no other step to compare with";
    choice.replaceChildren(
      ...others.map((place) => el("option", { value: place.image.id, text: `with step ${place.name}` })),
    );
    if (here?.parent) choice.value = here.parent.image.id;
    undo.hidden = !this.#onUndo || !here?.parent;
    branch.hidden = !this.#onBranch || places.length < 2;
    const isLast = !places.some((place) => place.parent === here);
    where.textContent = here && !isLast ? `Your change starts a branch from step ${here.name}.` : "";
  }

  #stepName(id) {
    return this.#places.find((place) => place.image.id === id)?.name ?? "";
  }

  /** A step opens in place; the picture's neighbours become the steps, in reading order. */
  #walk(image) {
    this.#images = this.#places.map((place) => place.image).filter((one) => !one.deleted);
    const hadFocus = document.activeElement?.classList.contains("lineage-step");
    this.#show(this.#images.findIndex((one) => one.id === image.id));
    if (hadFocus) this.#parts.stage.focus(); // the strip is drawn anew
  }

  // --- undo, compare ----------------------------------------------------------------------------------------------

  /** Back to the step before: here, and in the channel, where it is posted again. */
  async #undo() {
    const { undo } = this.#parts;
    const here = this.#places.find((place) => place.image.id === this.#current.id);
    undo.disabled = true;
    try {
      await this.#onUndo(this.#current);
      if (!here.parent.image.deleted) this.#walk(here.parent.image);
      this.#say(`Back to step ${here.parent.name}. The channel shows it again; nothing was charged.`);
    } catch (error) {
      if (!error.sentence) throw error;
      this.#say(error.sentence);
    } finally {
      undo.disabled = false;
    }
  }

  #toggleCompare() {
    if (this.#compare.isOn) this.#endCompare();
    else if (!this.#parts.compare.disabled) this.#compareWith(this.#parts.choice.value);
  }

  #compareWith(id) {
    const other = this.#places.find((place) => place.image.id === id);
    const here = this.#places.find((place) => place.image.id === this.#current.id);
    const { compare, choice } = this.#parts;
    this.#compare.show({
      source: this.#address(other.image),
      earlier: `Step ${other.name}`,
      later: `Step ${here.name}`,
    });
    compare.setAttribute("aria-pressed", "true");
    const chosen = document.activeElement === choice;
    choice.hidden = false;
    if (!chosen) this.#compare.focus();
  }

  #endCompare() {
    if (!this.#compare.isOn) return;
    this.#compare.hide();
    this.#parts.compare.setAttribute("aria-pressed", "false");
    this.#parts.choice.hidden = true;
  }

  #key(event) {
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.ctrlKey || event.metaKey || event.altKey) return;
    const onStage = event.target === this.#parts.stage;
    const pans = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    const panned = onStage && pans && this.#zoom.pan(pans[0] * PAN_PX, pans[1] * PAN_PX);
    if (panned) event.preventDefault();
    else if (this.#keyed(event.key, onStage)) event.preventDefault();
  }

  /** What a key does; false when it does nothing here. */
  #keyed(key, onStage) {
    switch (key.length === 1 ? key.toLowerCase() : key) {
      case "ArrowLeft":
        this.#show(this.#at - 1);
        return true;
      case "ArrowRight":
        this.#show(this.#at + 1);
        return true;
      case "+":
      case "=":
        this.#zoom.step(1);
        return true;
      case "-":
        this.#zoom.step(-1);
        return true;
      case "0":
        this.#zoom.fit();
        return true;
      case "z":
        this.#zoom.toggle();
        return true;
      case "c":
        this.#toggleCompare();
        return true;
      case "Enter":
        if (onStage) this.#lift();
        return onStage;
      default:
        return false;
    }
  }
}
