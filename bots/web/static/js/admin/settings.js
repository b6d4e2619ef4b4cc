// Connecting Discord, Slack and a key, each tried before it is kept; what `easel check` looks at; and all settings.

import { button, el } from "../dom.js";
import { card, table } from "./parts.js";

export const title = "Settings";

const PORTAL = "https://discord.com/developers/applications";
const SLACK = "https://api.slack.com/apps?new_app=1";
const AGAIN_MS = 500;
const AGAIN_TRIES = 120;
const TONES = { good: "well", note: "note", bad: "wrong" };

const PARTS = {
  discord: {
    title: "Discord",
    fields: ["Bot token"],
    steps: () => [
      ["Open the ", away(PORTAL, "Discord developer portal"), ", press New Application and give it a name."],
      ["Under Bot, switch on Message Content Intent, so that replies and threads need no mention."],
      ["Under Bot, press Reset Token, copy the token, and paste it here."],
      ["Let it into your server: the link for that comes with the answer."],
    ],
  },
  slack: {
    title: "Slack",
    fields: ["Bot User OAuth Token (xoxb-…)", "App-Level Token (xapp-…)"],
    steps: (page, part) => [
      ["Copy the manifest, which says what the app may do. ", copied(page, part.manifest)],
      ["Open ", away(SLACK, "Slack's page for apps"), ", choose From a manifest and your workspace, paste it as JSON, press Create."],
      ["Under Install App, press Install to Workspace, and copy the Bot User OAuth Token."],
      ["Under Basic Information, App-Level Tokens, make one with the scope connections:write, and copy it."],
    ],
  },
  key: {
    title: "A key for pictures by an AI model",
    fields: ["Key"],
    steps: (page, part) => [
      ["With a key of ", el("bdi", { text: part.server }), " the image API draws instead of the embedded illustrator."],
      ["It is tried without paying for anything. Set a limit in money first, under Limits."],
    ],
  },
};

export async function show(page) {
  const found = await page.api.settings();
  const waiting = found.parts.some((part) => part.waiting);
  return [
    waiting ? restarting(page) : null,
    ...found.parts.map((part) => connecting(page, part)),
    checks(page),
    everything(found.settings),
  ];
}

function connecting(page, part) {
  const { title: name, fields, steps } = PARTS[part.part];
  const said = el("div", { class: "lines-place", role: "status", "data-testid": `said-${part.part}` });
  const parts = [standing(part)];
  if (part.origin) parts.push(el("p", { class: "fine" }, "It is set by ", el("code", { text: part.origin }), ", which counts more than this page: change it there."));
  else {
    const list = el("ol", { class: "steps" }, ...steps(page, part).map((step) => el("li", {}, ...step)));
    parts.push(part.here ? el("details", { class: "more" }, el("summary", { text: "Connect another one" }), list, form(page, part, fields, said)) : list);
    if (!part.here) parts.push(form(page, part, fields, said));
  }
  parts.push(said, kept(page, part));
  const box = card(name, ...parts);
  box.dataset.testid = `part-${part.part}`;
  said.append(...(page.found?.[part.part] ?? []).map(line));
  return box;
}

function standing(part) {
  const [kind, text] = part.waiting
    ? ["note", part.here ? "waits for a restart" : "ends with the next restart"]
    : part.origin || part.here
      ? ["good", "set"]
      : ["none", "not set"];
  return el("p", { class: "standing" }, el("span", { class: `pill tone-${kind}`, text }), part.invitation ? away(part.invitation, "Let Easel into a server") : null);
}

function form(page, part, fields, said) {
  const inputs = fields.map((_, at) =>
    el("input", {
      type: "password",
      id: `secret-${part.part}-${at}`,
      maxlength: 600,
      required: true,
      autocomplete: "off",
      spellcheck: "false",
      "data-testid": `secret-${part.part}-${at}`,
    }),
  );
  const send = el("button", { type: "submit", class: "button primary", "data-testid": `try-${part.part}`, text: "Try it and keep it" });
  const give = async (event) => {
    event.preventDefault();
    const secrets = inputs.map((input) => input.value);
    send.disabled = true;
    said.replaceChildren(line({ tone: "note", name: "", said: "Asking …", link: "" }));
    try {
      const { lines } = await page.api.connect(part.part, secrets);
      page.found = { ...page.found, [part.part]: lines };
      await page.show();
      document.querySelector(`[data-testid="said-${part.part}"]`)?.scrollIntoView({ block: "nearest" });
    } catch (error) {
      if (!error.sentence) throw error;
      said.replaceChildren(line({ tone: "bad", name: "", said: `${error.sentence} Nothing was kept.`, link: "" }));
    } finally {
      for (const input of inputs) input.value = "";
      send.disabled = false;
    }
  };
  return el(
    "form",
    { class: "line", autocomplete: "off", on: { submit: give } },
    ...inputs.map((input, at) => el("label", { class: "grow", for: input.id }, fields[at], input)),
    send,
  );
}

function kept(page, part) {
  if (!part.here) return null;
  const forget = () =>
    page.guarded(async () => {
      await page.api.forget(part.part);
      page.found = { ...page.found, [part.part]: [] };
      await page.show();
    });
  return el(
    "p",
    { class: "fine" },
    "Kept in the data folder, for Easel's own user only, and never shown again. ",
    button("Forget it", forget, { class: "quiet", "data-testid": `forget-${part.part}` }),
  );
}

function restarting(page) {
  const said = el("p", { class: "fine", role: "status", "data-testid": "restart-said" });
  const again = button("Restart now", () => restart(page, again, said), { class: "button primary", "data-testid": "restart" });
  return card(
    "One restart, and it is at work",
    el("p", { text: "What was given or taken away counts from Easel's next start on. Pictures that are being drawn are finished first." }),
    again,
    said,
  );
}

async function restart(page, again, said) {
  again.disabled = true;
  said.textContent = "Easel starts anew …";
  const { life } = await page.api.hello();
  await page.guarded(() => page.api.restart());
  for (let tries = 0; tries < AGAIN_TRIES; tries += 1) {
    await new Promise((done) => setTimeout(done, AGAIN_MS));
    const found = await page.api.hello().catch((error) => {
      if (!error.sentence) throw error;
      return null; // it is between its two lives
    });
    if (found && found.life !== life) return page.show();
  }
  said.textContent = "Easel is not there again yet. Look at its terminal, or at its log.";
  again.disabled = false;
}

function checks(page) {
  const place = el("div", { class: "lines-place", "aria-live": "polite", "data-testid": "checks" });
  const look = () =>
    page.guarded(async () => {
      again.disabled = true;
      place.replaceChildren(el("p", { class: "fine", text: "Looking …" }));
      try {
        place.replaceChildren(...(await page.api.checks()).lines.map(line));
      } catch (error) {
        place.replaceChildren();
        throw error;
      } finally {
        again.disabled = false;
      }
    });
  const again = button("Look again", look, { class: "button", "data-testid": "check" });
  look();
  return card("Does all of it work?", place, again);
}

function line({ tone, name, said, link }) {
  return el(
    "p",
    { class: "look", "data-testid": "look", "data-tone": tone },
    el("span", { class: `pill tone-${tone}`, text: TONES[tone] ?? tone }),
    el("span", {}, name ? el("strong", { text: name }) : null, said ? `${name ? ": " : ""}${said} ` : "", link ? away(link, where(link)) : null),
  );
}

function where(link) {
  return link.includes("oauth2/authorize") ? "Let it into a server" : "Open that page";
}

function everything(rows) {
  return card(
    "",
    el(
      "details",
      { class: "more" },
      el("summary", { text: "All settings, and where each comes from" }),
      el("p", { class: "fine" }, "They are changed in ", el("code", { text: "easel.toml" }), " or in the environment."),
      table("All settings", ["Setting", "Value", "From"], rows.map((each) => [el("code", { text: each.name }), each.value, each.origin])),
    ),
  );
}

function copied(page, text) {
  const copy = () =>
    navigator.clipboard
      ? navigator.clipboard.writeText(text).then(() => page.toasts.tell("The manifest is copied."))
      : document.querySelector("#manifest").closest("details").setAttribute("open", "");
  return el(
    "span",
    {},
    button("Copy the manifest", copy, { class: "button small", "data-testid": "copy-manifest" }),
    el("details", { class: "more" }, el("summary", { text: "Show it" }), el("textarea", { id: "manifest", readonly: true, rows: 8, "aria-label": "Slack's manifest", text })),
  );
}

/** A link that leaves the page: only to the two services, whatever came with data. */
function away(url, text) {
  const fine = /^https:\/\/(discord\.com|api\.slack\.com)\//.test(url);
  return fine ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: "link", text }) : el("span", { text });
}
