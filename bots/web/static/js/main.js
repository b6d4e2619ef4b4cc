// Puts the page together and starts it.

import { PictureActions } from "./actions.js";
import { Api } from "./api.js";
import { Brush } from "./brush.js";
import { Channels } from "./channels.js";
import { Composer } from "./composer.js";
import { listenForDrops } from "./drop.js";
import { emptyChannel } from "./empty.js";
import { Finding } from "./finding.js";
import { Gallery } from "./gallery.js";
import { openSession, reloadOnNewLink, showGate, showTrouble } from "./gate.js";
import { paletteEntries } from "./entries.js";
import { showHelp } from "./help.js";
import { showKeys } from "./keymap.js";
import { listenForKeys } from "./keys.js";
import { MessageLog } from "./log.js";
import { News, newsOf } from "./news.js";
import { openPalette } from "./palette.js";
import { Panel } from "./panel.js";
import { People } from "./people.js";
import { QuotaMeter } from "./quota.js";
import { Room } from "./room.js";
import { Store } from "./state.js";
import { showTheme } from "./theme.js";
import { Threads } from "./threads.js";
import { Toasts } from "./toast.js";
import { Viewer } from "./viewer.js";

const place = (id) => document.getElementById(id);

/** The page of one signed-in browser. */
class Page {
  constructor(api, hello) {
    this.api = api;
    this.hello = hello;
    this.store = new Store();
    this.toasts = new Toasts(place("toasts"), {
      onOffer: async ({ act, subject }) => (await api.choose({ channel: this.room.channel, act, subject })).told,
      onQuota: () => this.quota.reveal(),
    });
    this.panel = new Panel(place("panel"));
    this.news = new News(place("news"));
    this.room = new Room({
      api,
      store: this.store,
      onNews: (message, before) => this.#told(message, before),
      banner: place("banner"),
      onSignedOut: () => showGate(place("gate"), place("app")),
    });
    this.quota = new QuotaMeter({ api, place: place("quota") });
    this.people = new People({ select: place("person"), onChoose: (person) => this.#become(person) });
    this.channels = new Channels({
      list: place("channels"),
      sidebar: place("sidebar"),
      opener: place("open-sidebar"),
      onChoose: (id) => this.#go(id),
    });
    this.#pictures();
    this.#conversation();
    this.#listen();
  }

  /** First view: the person of last time, the channel of the address. */
  async start() {
    this.api.person = this.people.render(this.hello.people);
    place("provider").textContent = this.hello.provider.label;
    place("app").hidden = false;
    await this.#enter(this.#channelOfAddress());
    this.composer.focus();
  }

  #pictures() {
    const channel = () => this.room.channel;
    const brush = new Brush({ seen: (url) => this.api.seen(url), readsNotes: this.hello.provider.markup });
    this.viewer = new Viewer({
      api: this.api,
      onEdit: (image, instruction) => this.actions.edit(image, instruction),
      onPaint: (image, instruction) => this.actions.paint(image, instruction),
      onUndo: (image) => this.actions.undo(image),
      onBranch: (image, step) => {
        this.gallery.close();
        this.composer.reply(startingFrom(image, step));
      },
    });
    this.actions = new PictureActions({
      api: this.api,
      store: this.store,
      toasts: this.toasts,
      channel,
      openViewer: (id) => this.#view(id),
      brush,
    });
    this.gallery = new Gallery({
      api: this.api,
      place: place("gallery"),
      channel: () => this.#channelOfAddress(),
      people: this.hello.people,
      open: (images, at) => this.viewer.open(images, at),
      goTo: (image) => this.#jump(image.message, image.thread),
      onClose: () => this.#showing("messages"),
    });
  }

  #conversation() {
    const { api, hello, store, toasts, panel } = this;
    const channel = () => this.room.channel;
    const acts = {
      open: (image) => this.#view(image.id),
      verb: (verb, image, message, control, log) => this.actions.press(verb, image, message, control, log),
      edit: (image, instruction, message) => this.actions.edit(image, instruction, message),
      paint: (image, instruction, message, onSent) => this.actions.paint(image, instruction, message, onSent),
      reply: (message, inThread) => ((inThread && this.threads.composer) || this.composer).reply(message),
      thread: (message) => this.threads.open(message),
      cancel: (message, control) => this.actions.cancel(message, control),
      choose: (choice, control) => this.actions.choose(choice, control),
      ownData: (what, control) => this.actions.ownData(what, control),
      jump: (id) => this.#jump(id),
    };
    this.threads = new Threads({ api, hello, panel, store, toasts, acts, channel });
    this.log = new MessageLog({
      place: place("log"),
      store,
      seen: (url) => api.seen(url),
      acts,
      onOlder: () => this.#older(),
    });
    this.finding = new Finding({ room: this.room, store, log: this.log, threads: this.threads, toasts });
    this.composer = new Composer({
      api,
      hello,
      place: place("composer-place"),
      where: () => ({ channel: channel(), thread: null }),
      toasts,
      label: "Message, or / for commands",
      onSent: () => this.log.toEnd(),
    });
    this.empty = emptyChannel((prompt) => this.composer.fill(prompt));
    this.empty.hidden = true;
    place("log").prepend(this.empty);
  }

  #listen() {
    this.store.addEventListener("message", (event) => {
      this.empty.hidden = true;
      this.gallery.heard(event.detail);
      if (event.detail.kind !== "said") this.quota.refreshSoon();
    });
    place("open-gallery").addEventListener("click", () =>
      this.gallery.isOpen ? this.gallery.close() : this.#openGallery(),
    );
    place("open-help").addEventListener("click", () => showHelp(this.hello));
    window.addEventListener("hashchange", () => this.#enter(this.#channelOfAddress()));
    document.querySelector("[data-skip]").addEventListener("click", (event) => {
      event.preventDefault(); // the address keeps the channel
      this.gallery.close();
      this.composer.focus();
    });
    listenForDrops(place("room"), (files) => this.composer.attach(files));
    listenForKeys({
      onSlash: () => this.#say("/"),
      onKeys: showKeys,
      onGallery: () => place("open-gallery").click(),
      onPalette: () => openPalette(paletteEntries(this.hello, this.#does())),
      onMessages: (event) => this.#toMessages(event),
    });
  }

  /** What the command palette can have done. */
  #does() {
    return {
      say: (words) => this.#say(words),
      go: (channel) => this.#go(channel),
      become: (person) => this.people.choose(person),
      gallery: () => this.gallery.isOpen || this.#openGallery(),
      messages: () => {
        this.gallery.close();
        this.log.focusLast();
      },
      attach: () => {
        this.gallery.close();
        this.composer.chooseFiles();
      },
      keys: showKeys,
      help: () => showHelp(this.hello),
    };
  }

  /** Screen readers are told of what is in view: the channel's messages, and those of the thread that is open. */
  #told(message, before) {
    const inView = message.thread === null || message.thread === this.threads.openRoot;
    if (inView) this.news.tell(newsOf(message, before, this.api.person));
  }

  async #enter(channel) {
    const { person } = this.api;
    if (channel.id === this.room.channel && person === this.shownAs) return;
    this.panel.close();
    this.channels.render(this.hello.channels, channel.id);
    place("channel-name").textContent = channel.name;
    place("channel-topic").textContent = channel.topic;
    document.title = `${channel.name} · Easel`;
    this.empty.hidden = true;
    this.quota.show(channel.id);
    this.composer.reply(null);
    this.shownAs = ""; // until it is shown: when this fails, choosing the channel again tries again
    await this.#guarded(async () => {
      const more = await this.room.enter(channel.id);
      if (more === null) return;
      this.shownAs = person;
      this.log.offerOlder(more);
      this.empty.hidden = !this.log.isEmpty;
      this.log.toEnd();
      await this.gallery.again();
    });
  }

  #become(person) {
    this.api.person = person;
    this.composer.clear();
    this.#enter(this.#channelOfAddress());
  }

  #go(id) {
    if (location.hash.slice(1) !== encodeURIComponent(id)) location.hash = encodeURIComponent(id);
    else this.#enter(this.#channelOfAddress());
    if (!this.gallery.isOpen) this.composer.focus();
  }

  #channelOfAddress() {
    const wanted = location.hash.slice(1);
    return this.hello.channels.find((channel) => encodeURIComponent(channel.id) === wanted) ?? this.hello.channels[0];
  }

  #older() {
    return this.#guarded(async () => this.log.offerOlder(await this.room.older()));
  }

  #jump(id, thread = null) {
    this.gallery.close();
    return this.#guarded(() => this.finding.goTo(id, thread));
  }

  #openGallery() {
    this.panel.close();
    this.#showing("gallery");
    return this.gallery.open();
  }

  /** What fills the room. The list of messages goes on below the gallery, and keeps its place. */
  #showing(what) {
    for (const id of ["log", "composer-place"]) place(id).inert = what === "gallery";
    place("open-gallery").setAttribute("aria-pressed", String(what === "gallery"));
    if (what !== "gallery") place("open-gallery").focus();
  }

  /** Begin a message with these words. */
  #say(words) {
    this.gallery.close();
    this.composer.fill(words);
  }

  #toMessages(event) {
    event.preventDefault();
    this.log.focusLast();
  }

  /** Show a picture among the channel's pictures, or alone when it is not among those loaded. */
  #view(id) {
    const images = this.store.images();
    const at = images.findIndex((image) => image.id === id);
    if (at >= 0) return this.viewer.open(images, at);
    return this.#guarded(async () => this.viewer.open([(await this.api.details(id)).image], 0));
  }

  /** Whether it worked; when not, the person was told. */
  async #guarded(work) {
    try {
      await work();
      return true;
    } catch (error) {
      if (!error.sentence) throw error;
      if (error.status !== 401) this.toasts.refuse(error);
      return false;
    }
  }
}

/** A picture as the message box shows what the next message starts from. */
function startingFrom(image, step) {
  return { source: image.id, author: { name: `step ${step}` }, text: "", images: [image], attachments: [] };
}

async function start() {
  showTheme();
  const api = new Api({ onSignedOut: () => showGate(place("gate"), place("app")) });
  reloadOnNewLink();
  try {
    await openSession(api);
    await new Page(api, await api.hello()).start();
  } catch (error) {
    if (!error.sentence) throw error;
    if (error.status !== 401) showTrouble(place("gate"), place("app"), error.sentence);
  }
}

start();
