// The server's HTTP interface, one method for each request. Every failure is an ApiError with a sentence for the person.

/** A request that was refused or did not arrive. `status` is 0 when the server could not be reached. */
export class ApiError extends Error {
  constructor(status, { code = "error", sentence = "", allowances = [], choices = [], offer = null } = {}) {
    super(sentence || "Something went wrong on the server. Try again in a moment.");
    this.status = status;
    this.code = code;
    this.allowances = allowances;
    this.choices = choices;
    this.offer = offer;
  }

  /** What to show. */
  get sentence() {
    return this.message;
  }
}

const RETRY_AFTER_MS = [400, 1500];
const UNREACHABLE = {
  code: "unreachable",
  sentence: "Easel cannot be reached just now. Nothing is lost; try again in a moment.",
};

/** Talks to the server as one person. `onSignedOut` is called when the session is missing or over. */
export class Api {
  #onSignedOut;

  constructor({ onSignedOut }) {
    this.#onSignedOut = onSignedOut;
    this.person = "";
  }

  openSession(token) {
    return this.#call("POST", "/api/session", { body: { token } });
  }

  hello() {
    return this.#call("GET", "/api/hello");
  }

  messages({ channel, thread, before, limit = 50 }) {
    return this.#call("GET", "/api/messages", { query: { channel, thread, before, limit, person: this.person } });
  }

  post(body) {
    return this.#call("POST", "/api/messages", { body: { person: this.person, ...body } });
  }

  /** What would become of a message: {plan, problem}. */
  foresee(body) {
    return this.#call("POST", "/api/foresee", { body: { person: this.person, ...body } });
  }

  act(body) {
    return this.#call("POST", "/api/actions", { body: { person: this.person, ...body } });
  }

  choose(body) {
    return this.#call("POST", "/api/choices", { body: { person: this.person, ...body } });
  }

  /** Where this person's own data is fetched from, as one file. */
  ownDataPath() {
    return `/api/own-data?${new URLSearchParams({ person: this.person })}`;
  }

  eraseOwnData(channel) {
    return this.#call("POST", "/api/own-data/delete", { body: { person: this.person, channel } });
  }

  cancel(job) {
    return this.#call("POST", `/api/jobs/${encodeURIComponent(job)}/cancel`, { body: { person: this.person } });
  }

  details(image) {
    return this.#call("GET", `/api/images/${encodeURIComponent(image)}/details`, { query: { person: this.person } });
  }

  quota(channel) {
    return this.#call("GET", "/api/quota", { query: { person: this.person, channel } });
  }

  history({ channel, words, author, beforeUs }) {
    return this.#call("GET", "/api/history", {
      query: { person: this.person, channel, q: words, author, before_us: beforeUs },
    });
  }

  /** Where the live events of a channel are read from, after this sequence number. */
  eventsPath(channel, after) {
    return `/api/events?${new URLSearchParams({ channel, person: this.person, after: String(after) })}`;
  }

  /** A picture's address as this person: the server checks who may see it. */
  seen(url) {
    if (!url || !this.person || !url.startsWith("/api/") || /[?&]person=/.test(url)) return url;
    return `${url}${url.includes("?") ? "&" : "?"}person=${encodeURIComponent(this.person)}`;
  }

  /**
   * Send one file. `onProgress` gets 0 to 1; `purpose` is "picture" or "mask" (kept exactly as painted). Returns {promise, abort}.
   * XMLHttpRequest, because fetch does not report how much of a body has been sent.
   */
  upload(blob, name, { purpose = "picture", onProgress = () => {} } = {}) {
    const request = new XMLHttpRequest();
    const promise = new Promise((resolve, reject) => {
      request.open("POST", `/api/uploads?${new URLSearchParams({ person: this.person, purpose })}`);
      request.setRequestHeader("Content-Type", blob.type || "application/octet-stream");
      request.setRequestHeader("X-File-Name", encodeURIComponent(name));
      request.responseType = "text";
      request.upload.addEventListener(
        "progress",
        (event) => event.lengthComputable && onProgress(event.loaded / event.total),
      );
      request.addEventListener("error", () => reject(new ApiError(0, UNREACHABLE)));
      request.addEventListener("abort", () =>
        reject(new ApiError(0, { code: "aborted", sentence: "The upload was stopped." })),
      );
      request.addEventListener("load", () => {
        const answer = parseJson(request.responseText);
        if (request.status >= 200 && request.status < 300) resolve(answer);
        else reject(this.#failure(request.status, answer));
      });
      request.send(blob);
    });
    return { promise, abort: () => request.abort() };
  }

  async #call(method, path, { body, query } = {}) {
    const present = Object.entries(query ?? {}).filter(
      ([, value]) => value !== undefined && value !== null && value !== "",
    );
    const address = present.length ? `${path}?${new URLSearchParams(present)}` : path;
    const headers = body === undefined ? {} : { "Content-Type": "application/json" };
    const request = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
    // A request with a client_key may be sent again when its answer was lost: the server takes it once.
    const { status, text } = await arrived(address, request, body?.client_key ? RETRY_AFTER_MS : []);
    const answer = parseJson(text);
    if (status < 200 || status > 299) throw this.#failure(status, answer);
    return answer;
  }

  #failure(status, answer) {
    if (status === 401) this.#onSignedOut();
    return new ApiError(status, answer?.error ?? {});
  }
}

async function arrived(address, request, waits) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const response = await fetch(address, request);
      return { status: response.status, text: await response.text() };
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // TypeError is fetch's own word for "no connection"
      if (attempt >= waits.length) throw new ApiError(0, UNREACHABLE);
      await new Promise((resolve) => setTimeout(resolve, waits[attempt]));
    }
  }
}

function parseJson(text) {
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null; // a proxy's own error page: the status says enough
    throw error;
  }
}
