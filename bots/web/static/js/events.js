// Live updates: server-sent events read through fetch, resumed by sequence number until stopped.

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 15_000;
const SILENCE_MS = 40_000; // the server says something every 15 seconds; after this the line is taken for dead

/** Turns chunks of text into events. Follows the WHATWG event-stream rules for id, event, data and comments. */
export class EventParser {
  #rest = "";
  #event = { id: null, type: "message", data: [] };

  /** Feed a chunk; returns the events that it completed. */
  push(chunk) {
    this.#rest += chunk;
    const done = [];
    const lines = this.#rest.split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        if (this.#event.data.length) done.push({ ...this.#event, data: this.#event.data.join("\n") });
        this.#event = { id: null, type: "message", data: [] };
      } else this.#field(line);
    }
    return done;
  }

  #field(line) {
    const colon = line.indexOf(":");
    if (colon === 0) return; // a comment: keep-alive
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") this.#event.data.push(value);
    else if (name === "event") this.#event.type = value;
    else if (name === "id") this.#event.id = value;
  }
}

/** How long to wait before attempt number `attempt` (from 1): doubles, with a little chance so that pages do not march in step. */
export function backOffMs(attempt, chance = Math.random()) {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1)) * (0.75 + chance / 2);
}

/**
 * One channel's stream. `path()` gives the address to read now, with the place to resume from in it.
 * `onEvent({type, id, data})` gets each event with parsed data; `onState` gets "live", "lost" or "signed-out".
 */
export class EventStream {
  #path;
  #onEvent;
  #onState;
  #stopped = false;
  #abort = null;
  #wake = null;
  #attempt = 0;

  constructor({ path, onEvent, onState }) {
    this.#path = path;
    this.#onEvent = onEvent;
    this.#onState = onState;
  }

  /** Read until stopped. Returns when stopped. */
  async run() {
    const hurry = () => this.#hurry();
    window.addEventListener("online", hurry);
    document.addEventListener("visibilitychange", hurry);
    while (!this.#stopped) {
      const refused = await this.#read();
      if (this.#stopped) break;
      if (refused === 401) {
        this.#onState("signed-out");
        break;
      }
      this.#attempt += 1;
      this.#onState("lost");
      await this.#sleep(backOffMs(this.#attempt));
    }
    window.removeEventListener("online", hurry);
    document.removeEventListener("visibilitychange", hurry);
  }

  stop() {
    this.#stopped = true;
    this.#abort?.abort();
    this.#wake?.();
  }

  async #read() {
    this.#abort = new AbortController();
    let watch = this.#watch();
    try {
      const response = await fetch(this.#path(), {
        signal: this.#abort.signal,
        headers: { Accept: "text/event-stream" },
        cache: "no-store",
      });
      if (!response.ok) return response.status;
      const parser = new EventParser();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return null;
        clearTimeout(watch);
        watch = this.#watch();
        for (const event of parser.push(value)) this.#deliver(event);
      }
    } catch (error) {
      if (error instanceof TypeError || error.name === "AbortError" || error.name === "NetworkError") return null;
      throw error;
    } finally {
      clearTimeout(watch);
    }
  }

  #deliver(event) {
    if (this.#stopped) return;
    if (event.type === "hello") {
      this.#attempt = 0;
      this.#onState("live");
    }
    this.#onEvent({ type: event.type, id: event.id === null ? null : Number(event.id), data: JSON.parse(event.data) });
  }

  #watch() {
    return setTimeout(() => this.#abort.abort(), SILENCE_MS);
  }

  #sleep(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #hurry() {
    if (document.visibilityState === "visible") this.#wake?.();
  }
}
