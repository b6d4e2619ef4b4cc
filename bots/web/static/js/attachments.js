// Pictures that wait to be sent: chosen, dropped or pasted; each with its thumbnail, its progress and its own error.

import { el, iconButton } from "./dom.js";
import { fileSize } from "./words.js";

export class Attachments {
  #api;
  #place;
  #limit;
  #items = [];
  #onChange;

  constructor({ api, place, fileBytes, onChange = () => {} }) {
    this.#api = api;
    this.#place = place;
    this.#limit = fileBytes;
    this.#onChange = onChange;
  }

  /** The uploads that arrived, in order. */
  get ids() {
    return this.#items.filter((item) => item.id).map((item) => item.id);
  }

  get isBusy() {
    return this.#items.some((item) => !item.id && !item.failed);
  }

  /** Wait until every upload has arrived or failed. */
  async settled() {
    await Promise.allSettled(this.#items.map((item) => item.done));
  }

  get hasFailed() {
    return this.#items.some((item) => item.failed);
  }

  add(files) {
    for (const file of files) this.#add(file);
  }

  clear() {
    for (const item of [...this.#items]) this.#remove(item);
  }

  #add(file) {
    const source = URL.createObjectURL(file);
    const bar = el("progress", { max: 1, value: 0, "aria-label": `Sending ${file.name}` });
    const note = el("p", { class: "attachment-note", role: "status", text: fileSize(file.size) });
    const thumb = el("img", {
      class: "attachment-thumb",
      src: source,
      alt: "",
      on: { error: () => thumb.classList.add("broken") },
    });
    const item = { id: null, failed: false, source, node: null, bar, note, abort: () => {}, done: Promise.resolve() };
    item.node = el(
      "li",
      { class: "attachment", "data-testid": "attachment" },
      thumb,
      el(
        "div",
        { class: "attachment-words" },
        el("p", { class: "attachment-name", dir: "auto", text: file.name || "Pasted picture" }),
        note,
        bar,
      ),
      iconButton("close", `Remove ${file.name || "the picture"}`, () => this.#remove(item)),
    );
    this.#items.push(item);
    this.#place.append(item.node);
    this.#place.hidden = false;
    const problem = this.#problem(file);
    if (problem) this.#fail(item, problem);
    else item.done = this.#send(item, file);
    this.#onChange();
  }

  #problem(file) {
    if (file.type && !file.type.startsWith("image/")) return "This is not a picture.";
    if (file.size > this.#limit)
      return `This file has ${fileSize(file.size)}; at most ${fileSize(this.#limit)} can be read. A smaller copy will work.`;
    return "";
  }

  async #send(item, file) {
    const upload = this.#api.upload(file, file.name || "pasted.png", { onProgress: (part) => (item.bar.value = part) });
    item.abort = upload.abort;
    try {
      const answer = await upload.promise;
      item.id = answer.upload;
      item.bar.hidden = true;
      item.note.textContent = [`${answer.width} × ${answer.height}`, answer.remark].filter(Boolean).join(" · ");
    } catch (error) {
      if (!error.sentence) throw error;
      this.#fail(item, error.sentence);
    }
    this.#onChange();
  }

  #fail(item, sentence) {
    item.failed = true;
    item.bar.hidden = true;
    item.node.classList.add("failed");
    item.note.textContent = sentence;
  }

  #remove(item) {
    if (!item.id && !item.failed) item.abort();
    URL.revokeObjectURL(item.source);
    item.node.remove();
    this.#items = this.#items.filter((other) => other !== item);
    this.#place.hidden = this.#items.length === 0;
    this.#onChange();
  }
}

/** The pictures of a paste or a drop. */
export function imageFiles(transfer) {
  return [...(transfer?.files ?? [])].filter((file) => file.type.startsWith("image/") || file.type === "");
}
