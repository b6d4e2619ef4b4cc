// What a picture's buttons do. A button carries a verb and a picture's id; the server knows the rest.

import { newKey } from "./dom.js";
import { confirmed } from "./confirm.js";

export class PictureActions {
  #api;
  #store;
  #toasts;
  #channel;
  #openViewer;
  #brush;

  /** `channel()` is where this page is; `openViewer(imageId)` shows a picture with its details. */
  constructor({ api, store, toasts, channel, openViewer, brush }) {
    this.#api = api;
    this.#store = store;
    this.#toasts = toasts;
    this.#channel = channel;
    this.#openViewer = openViewer;
    this.#brush = brush;
  }

  /** A button was pressed. Its log opens the field for an instruction; everything else happens here. */
  async press(verb, image, message, control, log) {
    switch (verb) {
      case "edit":
        log.openEdit(message, this.#picture(message, image));
        return;
      case "details":
        this.#openViewer(image);
        return;
      case "delete":
        if (
          await confirmed({
            question: "Delete this picture for everyone? It cannot be brought back.",
            yes: "Delete",
            no: "Keep it",
          })
        )
          await this.#act(verb, image, message, control);
        return;
      default: // redo, vary, finalise, undo, share, and whatever verb a newer server offers
        await this.#act(verb, image, message, control);
    }
  }

  /** Ask for a change of the whole picture, in words. Throws an ApiError. */
  edit(image, instruction, message = null) {
    return this.#api.act({
      client_key: newKey(),
      channel: this.#channel(),
      thread: this.#threadOf(image, message),
      verb: "edit",
      image: image.id,
      instruction,
    });
  }

  /** Post the step before this picture again. Throws an ApiError. */
  undo(image) {
    const thread = this.#threadOf(image, null);
    return this.#api.act({ client_key: newKey(), channel: this.#channel(), thread, verb: "undo", image: image.id });
  }

  /** Open the brush, then send what was painted with its instruction. */
  paint(image, instruction, message = null, onSent = () => {}) {
    const thread = this.#threadOf(image, message);
    this.#brush.open(image, instruction, async (png, words, kind) => {
      const { upload } = await this.#api.upload(png, `${kind}.png`, { purpose: "mask" }).promise;
      await this.#api.post({
        client_key: newKey(),
        channel: this.#channel(),
        thread,
        reply_to: null,
        text: words,
        command: "edit",
        options: {},
        attachments: [],
        references: [],
        mask: null,
        [kind]: upload,
        image: image.id,
        pick: null,
      });
      onSent();
    });
  }

  async cancel(message, control) {
    control.disabled = true;
    try {
      const { cancelled } = await this.#api.cancel(message.job);
      if (!cancelled) this.#toasts.tell("It was too late to cancel: the picture is being finished.");
    } catch (error) {
      if (!error.sentence) throw error;
      this.#toasts.refuse(error, () => this.cancel(message, control));
      control.disabled = false;
    }
  }

  /** All of this person's data: fetched as a file, or deleted for good, after which the page begins anew. */
  async ownData(what, control) {
    if (what === "export") {
      location.assign(this.#api.ownDataPath());
      return;
    }
    const sure = await confirmed({
      question: "Delete everything of yours? It cannot be brought back.",
      yes: "Delete everything",
      no: "Keep it",
    });
    if (!sure) return;
    control.disabled = true;
    try {
      await this.#api.eraseOwnData(this.#channel());
      location.reload();
    } catch (error) {
      if (!error.sentence) throw error;
      this.#toasts.refuse(error);
      control.disabled = false;
    }
  }

  /** A question was decided: its message says what came of it. */
  async choose({ act, subject }, control) {
    control.disabled = true;
    try {
      await this.#api.choose({ channel: this.#channel(), act, subject });
      this.#toasts.settle();
    } catch (error) {
      if (!error.sentence) throw error;
      this.#toasts.refuse(error, () => this.choose({ act, subject }, control));
    } finally {
      control.disabled = false;
    }
  }

  /** `key`: a second try of the same press is the same request, so that a lost answer buys nothing twice. */
  async #act(verb, image, message, control, key = newKey()) {
    control.disabled = true;
    try {
      await this.#api.act({ client_key: key, channel: this.#channel(), thread: message.thread, verb, image });
      this.#toasts.settle();
    } catch (error) {
      if (!error.sentence) throw error;
      this.#toasts.refuse(error, () => this.#act(verb, image, message, control, key));
    } finally {
      control.disabled = false;
    }
  }

  #picture(message, id) {
    return message.images.find((image) => image.id === id);
  }

  /** The thread in which a picture was posted, so that its edit is answered there. */
  #threadOf(image, message) {
    return (message ?? this.#store.messageOf(image.id))?.thread ?? null;
  }
}
