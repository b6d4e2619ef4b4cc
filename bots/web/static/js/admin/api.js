// The administrators' HTTP interface, one method for each request. Every failure is an ApiError with a sentence.

import { ApiError } from "../api.js";
import { newKey } from "../dom.js";

const UNREACHABLE = {
  code: "unreachable",
  sentence: "Easel cannot be reached just now. Nothing is lost; try again in a moment.",
};

export class AdminApi {
  openSession(token) {
    return call("POST", "session", { body: { token } });
  }

  hello() {
    return call("GET", "hello");
  }

  limits(workspace) {
    return call("GET", "limits", { query: { workspace } });
  }

  usage(workspace, month) {
    return call("GET", "usage", { query: { workspace, month } });
  }

  /** Where the same month is as a table: an address for a link. */
  tableOf(workspace, month) {
    return `/admin/api/usage.csv?${new URLSearchParams({ workspace, month })}`;
  }

  requests(workspace, which, before) {
    return call("GET", "requests", { query: { workspace, which, before } });
  }

  providers() {
    return call("GET", "providers");
  }

  audit(workspace, before) {
    return call("GET", "audit", { query: { workspace, before } });
  }

  order(workspace, words) {
    return call("POST", "orders", { body: { client_key: newKey(), workspace, words } });
  }

  key(workspace, key) {
    return call("POST", "key", { body: { client_key: newKey(), workspace, key } });
  }

  words(workspace, jobs) {
    return call("POST", "words", { body: { client_key: newKey(), workspace, jobs } });
  }

  settings() {
    return call("GET", "settings");
  }

  checks() {
    return call("GET", "checks");
  }

  connect(part, secrets) {
    return call("POST", "connect", { body: { part, secrets } });
  }

  forget(part) {
    return call("POST", "forget", { body: { part } });
  }

  restart() {
    return call("POST", "restart", { body: {} });
  }

  resolve(workspace, job, billed) {
    return call("POST", "resolve", { body: { client_key: newKey(), workspace, job, billed } });
  }
}

async function call(method, path, { body, query } = {}) {
  const asked = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const address = `/admin/api/${path}${asked.length ? `?${new URLSearchParams(asked)}` : ""}`;
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  let response;
  let text;
  try {
    response = await fetch(address, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    text = await response.text();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // TypeError is fetch's own word for "no connection"
    throw new ApiError(0, UNREACHABLE);
  }
  const answer = parsed(text);
  if (!response.ok) throw new ApiError(response.status, answer?.error ?? {});
  return answer;
}

function parsed(text) {
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null; // a proxy's own error page: the status says enough
    throw error;
  }
}
