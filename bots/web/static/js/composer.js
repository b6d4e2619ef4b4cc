// The message box: text, slash menu, option chips, attachments, what is replied to, and the refusal beside it.

import { el, icon, iconButton, localPath, newKey } from "./dom.js";
import { Attachments, imageFiles } from "./attachments.js";
import { composerFrame } from "./composer-frame.js";
import { Foresight } from "./foresight.js";
import { OptionForm } from "./options.js";
import { SlashMenu } from "./slash.js";
import { asksForPicture, commandOf } from "./suggesting.js";
import { parted } from "./toast.js";
import { veil } from "./veil.js";

const TALLEST_PX = 220;

export class Composer {
  #api;
  #hello;
  #place;
  #where;
  #toasts;
  #onSent;
  #parts = {};
  #replyTo = null;
  #sending = false;
  #attempt = { text: "", key: "" };

  /** `where()` returns {channel, thread} to post to; `name` prefixes the test hooks of a second composer ("thread-"). */
  constructor({ api, hello, place, where, toasts, name = "", label, onSent = () => {} }) {
    this.#api = api;
    this.#hello = hello;
    this.#place = place;
    this.#where = where;
    this.#toasts = toasts;
    this.#onSent = onSent;
    this.#build(name, label);
  }

  focus() {
    this.#parts.field.focus();
  }

  /** Put these words into the box, ready to be changed or sent; the caret stands before `after`. */
  fill(text, after = "") {
    this.#parts.field.value = text + after;
    this.focus();
    this.#parts.field.setSelectionRange(text.length, text.length);
    this.#changed();
  }

  /** Open the browser's own list of files. */
  chooseFiles() {
    this.#parts.chooser.click();
  }

  attach(files) {
    this.#parts.attachments.add(files);
  }

  /** The next message answers this one, or starts from the picture `source` that it names; null: none. */
  reply(message) {
    this.#replyTo = message;
    this.#parts.reply.hidden = message === null;
    this.#foresee();
    if (message === null) {
      this.#parts.reply.replaceChildren();
      return;
    }
    const thumb = localPath(this.#api.seen(message.images[0]?.thumb ?? message.attachments[0]?.thumb));
    this.#parts.reply.replaceChildren(
      icon("reply"),
      thumb ? veil(el("img", { src: thumb, alt: "" }), message.images[0]) : null,
      el(
        "p",
        {},
        message.source ? "Starting from " : "Replying to ",
        el("strong", { dir: "auto", text: message.author.name }),
        el("span", { class: "reply-text", dir: "auto", text: message.text || message.images[0]?.alt || "" }),
      ),
      iconButton("close", "Do not reply to it", () => {
        this.reply(null);
        this.focus();
      }),
    );
    this.focus();
  }

  /** Back to an empty box: another person, another channel. */
  clear() {
    this.#parts.field.value = "";
    this.#parts.attachments.clear();
    this.reply(null);
    this.#refusal(null);
    this.#changed();
  }

  /** Send what is in the box. Nothing is cleared until the server has taken it. `pick` chooses one of several pictures. */
  async send({ pick = null } = {}) {
    const { field, form, attachments } = this.#parts;
    if (this.#sending || (!field.value.trim() && !attachments.ids.length && !attachments.isBusy)) return;
    const sent = field.value;
    this.#busy(true);
    try {
      await attachments.settled();
      if (attachments.hasFailed) {
        this.#refusal({ sentence: "One of the files could not be used. Remove it and send again.", choices: [] });
        return;
      }
      const body = this.#body(pick);
      await this.#api.post({ ...body, client_key: this.#keyFor(JSON.stringify([this.#api.person, body])) });
      field.value = field.value.startsWith(sent) ? field.value.slice(sent.length) : ""; // more may have been typed meanwhile
      attachments.clear();
      this.reply(null);
      this.#refusal(null);
      this.#toasts.settle();
      form.reset();
      this.#attempt = { text: "", key: "" };
      this.#changed();
      this.#onSent();
    } catch (error) {
      if (!error.sentence) throw error;
      this.#refusal(error);
    } finally {
      this.#busy(false);
    }
  }

  #body(pick, text = this.#parts.field.value.trim()) {
    const { form, attachments } = this.#parts;
    const command = commandOf(this.#hello.commands, text);
    const chosen = command ? form.values : {};
    const byForm = command !== null && Object.keys(chosen).length > 0;
    const { channel, thread } = this.#where();
    const body = {
      channel,
      thread,
      reply_to: this.#replyTo?.source ? null : (this.#replyTo?.id ?? null),
      text,
      command: byForm ? command.name : null,
      options: chosen,
      attachments: attachments.ids,
      references: [],
      mask: null,
      image: this.#replyTo?.source ?? null,
      pick,
    };
    return body;
  }

  /** The same words sent again after a lost answer carry the same key, so they are one request. */
  #keyFor(text) {
    if (text !== this.#attempt.text) this.#attempt = { text, key: newKey() };
    return this.#attempt.key;
  }

  #refusal(error) {
    const { refusal } = this.#parts;
    refusal.hidden = error === null;
    if (error === null) {
      refusal.replaceChildren();
      return;
    }
    if (error.status > 0) this.#attempt = { text: "", key: "" }; // refused for certain: a second try is a new request
    refusal.replaceChildren(
      icon("alert"),
      el(
        "div",
        {},
        ...parted(error.sentence),
        error.choices.length
          ? el("div", { class: "choices" }, ...error.choices.map((choice) => this.#choice(choice)))
          : null,
        error.offer ? this.#offer(error.offer) : null,
      ),
      iconButton("close", "Close this notice", () => this.#refusal(null)),
    );
  }

  /** What may be done about a refusal: somebody is asked for more. */
  #offer({ label, act, subject }) {
    const ask = async () => {
      try {
        const { told } = await this.#api.choose({ channel: this.#where().channel, act, subject });
        this.#refusal({ sentence: told, choices: [] });
      } catch (error) {
        if (!error.sentence) throw error;
        this.#refusal(error);
      }
    };
    return el("button", {
      type: "button",
      class: "button",
      "data-testid": `offer-${act}`,
      text: label,
      on: { click: ask },
    });
  }

  #choice(choice) {
    const pick = el("button", {
      type: "button",
      class: "choice",
      "data-testid": `choice-${choice.number}`,
      "aria-label": `Picture ${choice.number}`,
      on: { click: () => this.send({ pick: choice.number }) },
    });
    pick.append(
      veil(el("img", { src: localPath(this.#api.seen(choice.thumb)), alt: "" }), { ...choice, id: choice.image }),
      el("span", { class: "number", text: choice.number }),
    );
    return pick;
  }

  #busy(on) {
    this.#sending = on;
    this.#parts.send.setAttribute("aria-disabled", String(on));
    this.#place.classList.toggle("sending", on);
  }

  #changed() {
    const { field, form, menu, count } = this.#parts;
    menu.update();
    form.show(commandOf(this.#hello.commands, field.value));
    field.style.height = "auto";
    field.style.height = `${Math.min(TALLEST_PX, field.scrollHeight)}px`;
    const most = this.#hello.limits.text_characters;
    const long = [...field.value].length;
    count.textContent = long > most * 0.8 ? `${long} of ${most} characters` : "";
    this.#foresee();
  }

  /** Whether what is in the box could become a picture. */
  get #asks() {
    const pictured = this.#replyTo?.source || this.#replyTo?.images.length || this.#replyTo?.attachments.length;
    return asksForPicture(this.#hello.commands, this.#parts.field.value) || pictured || this.#where().thread !== null;
  }

  #foresee() {
    this.#parts.foresight.changed(this.#asks);
  }

  #build(name, label) {
    const { field, list, options, files, chooser, send } = composerFrame(name, label);
    const parts = {
      field,
      send,
      chooser,
      reply: el("div", { class: "replying", "data-testid": `${name}replying`, hidden: true }),
      refusal: el("div", { class: "refusal", role: "alert", "data-testid": `${name}refusal`, hidden: true }),
      count: el("p", { class: "count", role: "status" }),
      form: new OptionForm({ place: options, onChange: () => this.#foresee() }),
      attachments: new Attachments({
        api: this.#api,
        place: files,
        fileBytes: this.#hello.limits.file_bytes,
        onChange: () => this.#foresee(),
      }),
      menu: new SlashMenu({
        field,
        list,
        hello: this.#hello,
        flags: () => this.#asks,
        onChoose: (text, after) => this.fill(text, after),
      }),
      foresight: new Foresight({ ask: (text) => this.#api.foresee({ ...this.#body(null, text), client_key: newKey() }), field, name }),
    };
    this.#parts = parts;
    const form = el(
      "form",
      { class: "composer" },
      parts.refusal,
      list,
      parts.reply,
      files,
      options,
      el(
        "div",
        { class: "composer-row" },
        iconButton("attach", "Attach pictures", () => chooser.click(), { "data-testid": "attach" }),
        chooser,
        field,
        send,
      ),
      parts.foresight.place,
      parts.count,
    );
    this.#place.replaceChildren(form);
    this.#listen(form, field, chooser);
  }

  #listen(form, field, chooser) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    field.addEventListener("input", () => {
      if (field.value === "") this.#refusal(null);
      this.#changed();
    });
    field.addEventListener("keydown", (event) => this.#key(event));
    field.addEventListener("blur", () => this.#parts.menu.close());
    field.addEventListener("paste", (event) => {
      const files = imageFiles(event.clipboardData);
      if (!files.length) return;
      event.preventDefault();
      this.attach(files);
    });
    chooser.addEventListener("change", () => {
      this.attach(chooser.files);
      chooser.value = "";
    });
  }

  #key(event) {
    if (this.#parts.menu.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      // 229: Safari ends a composition before it reports the key
      event.preventDefault();
      this.send();
    } else if (event.key === "Escape" && this.#replyTo) {
      event.stopPropagation();
      this.reply(null);
    }
  }
}
