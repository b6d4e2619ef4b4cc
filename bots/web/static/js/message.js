// One message as an element. Everything that happens on it is told to `context`, which belongs to the log around it.

import { button, el, fitInside, icon, iconButton, localPath } from "./dom.js";
import { formatted } from "./text.js";
import { isVeiled, lift, veil } from "./veil.js";
import { moment, replies, stageWords, timeOfDay } from "./words.js";

const LARGEST = { width: 560, height: 440 };
const LARGEST_OF_SEVERAL = { width: 260, height: 260 };
const AVATARS = 6;
const ICON_ONLY = new Set(["details", "delete"]); // the last two: everybody knows their signs, and a row holds them all
const KINDS = new Set(["said", "working", "result", "failed", "answer"]);

/**
 * context: {seen(url), selected, progress, inThread, onSelect(image), onOpen(image), onVerb(verb, image, control), onReply(),
 * onThread(), onCancel(control), onChoice(choice, control), onOwnData(what, control), onJump(id)}. `selected` is the chosen picture's id, when there are several.
 */
export function renderMessage(message, context) {
  const head = `head-${message.id}${context.inThread ? "-t" : ""}`;
  const kind = KINDS.has(message.kind) ? message.kind : "said";
  const article = el("article", {
    class: `message kind-${kind}${message.only_for ? " private" : ""}${message.deleted ? " deleted" : ""}`,
    "data-testid": "message",
    "data-message-id": message.id,
    "data-kind": message.kind,
    "data-author": message.author.id,
    "data-at": message.created_at_us,
    "aria-labelledby": head,
    tabindex: "-1",
  });
  article.append(
    el("p", { class: "day", hidden: true }),
    avatar(message.author),
    el("div", { class: "message-main" }, heading(message, head), ...body(message, context)),
    toolbar(message, context),
  );
  return article;
}

/** Bring only the moving parts of a working message up to date: what is focused there stays focused. */
export function updateWorking(article, message, progress, seen) {
  const words = article.querySelector(".stage-words");
  if (!words) return;
  const now = stageWords(progress?.stage ?? message.stage ?? "queued", progress?.ahead ?? 0);
  if (words.textContent !== now) words.textContent = now;
  const preview = localPath(seen(progress?.preview));
  const frame = article.querySelector(".working-frame");
  if (!preview || frame.dataset.preview === preview) return;
  frame.dataset.preview = preview;
  const picture = el("img", { src: preview, alt: "", class: "preview", "data-testid": "preview" });
  veil(picture, { veiled: progress.veiled });
  picture.addEventListener("load", () => frame.replaceChildren(picture), { once: true });
}

function heading(message, id) {
  return el(
    "header",
    { class: "message-head", id },
    el("strong", { class: "author", dir: "auto", text: message.author.name }),
    message.author.kind === "easel" ? el("span", { class: "badge", text: "app" }) : null,
    el("time", {
      datetime: new Date(message.created_at_us / 1000).toISOString(),
      title: moment(message.created_at_us),
      text: timeOfDay(message.created_at_us),
    }),
    message.only_for ? el("span", { class: "only-you" }, icon("lock"), "Only you can see this") : null,
  );
}

function avatar(author) {
  if (author.kind === "easel")
    return el("span", { class: "avatar avatar-easel", "aria-hidden": "true" }, icon("easel"));
  let sum = 0;
  for (const letter of author.id) sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
  return el("span", {
    class: `avatar avatar-${sum % AVATARS}`,
    "aria-hidden": "true",
    text: [...author.name][0] ?? "?",
  });
}

function body(message, context) {
  if (message.deleted) return [el("p", { class: "gone", text: "This message was deleted." })];
  const parts = [];
  if (message.reply_preview) parts.push(quoted(message, context));
  if (message.text) parts.push(words(message));
  if (message.attachments.length) parts.push(attached(message, context));
  if (message.kind === "working") parts.push(working(message, context));
  if (message.images.length) parts.push(...pictures(message, context));
  if (message.remarks.length)
    parts.push(
      el("ul", { class: "remarks" }, ...message.remarks.map((remark) => el("li", { dir: "auto", text: remark }))),
    );
  if (message.footer) parts.push(el("p", { class: "footer", dir: "auto", text: message.footer }));
  const shown = message.images.filter((image) => !image.deleted);
  parts.push(...buttons(message, context, shown), ...choices(message, context), ...ownData(message, context));
  if (message.replies > 0 && !context.inThread) {
    parts.push(
      button(replies(message.replies), context.onThread, {
        icon: "thread",
        class: "thread-link",
        "data-testid": "open-thread",
      }),
    );
  }
  return parts;
}

function words(message) {
  const place = el("div", { class: "text", "data-testid": "message-text" });
  if (message.author.kind === "easel") place.append(formatted(message.text));
  else place.append(el("p", { class: "said", dir: "auto" }, ...spoken(message.text)));
  if (message.edited) place.append(el("span", { class: "edited", text: "(edited)" }));
  if (message.kind === "failed") place.prepend(icon("alert"));
  return place;
}

/** What a person said. A command stands apart: its Latin letters must not turn what follows from left to right. */
function spoken(text) {
  const command = /^\/[a-z]+(?=\s)/i.exec(text)?.[0] ?? "";
  return [command ? el("bdi", { class: "said-command", text: command }) : null, text.slice(command.length)];
}

function quoted(message, context) {
  const preview = message.reply_preview;
  const thumb = localPath(context.seen(preview.thumb));
  return el(
    "button",
    {
      type: "button",
      class: "quoted",
      "data-testid": "reply-preview",
      on: { click: () => context.onJump(message.reply_to) },
    },
    icon("reply"),
    thumb ? veil(el("img", { src: thumb, alt: "" }), { veiled: preview.veiled }) : null,
    el("span", { class: "visually-hidden", text: "In reply to " }),
    el("strong", { dir: "auto", text: preview.author }),
    el("span", { class: "quoted-text", dir: "auto", text: preview.text || (thumb ? "a picture" : "") }),
  );
}

function attached(message, context) {
  return el(
    "div",
    { class: "attached" },
    ...message.attachments.map((file) => {
      const box = fitInside(file.width || 200, file.height || 200, LARGEST_OF_SEVERAL.width, LARGEST_OF_SEVERAL.height);
      const picture = el("img", {
        src: localPath(context.seen(file.thumb || file.url)),
        alt: file.alt || `Attached picture ${file.name}`,
        width: box.width,
        height: box.height,
        loading: "lazy",
        decoding: "async",
      });
      return el("a", { href: localPath(context.seen(file.url)), target: "_blank", rel: "noopener" }, picture);
    }),
  );
}

function working(message, context) {
  const place = el(
    "div",
    { class: "working" },
    el("div", { class: "working-frame", "aria-hidden": "true" }, el("span", { class: "shimmer" })),
    el(
      "div",
      { class: "working-line" },
      el("span", { class: "pulse", "aria-hidden": "true" }),
      el("span", { class: "stage-words", "data-testid": "stage" }),
      message.job
        ? el("button", {
            type: "button",
            class: "button",
            "data-testid": "cancel",
            text: "Cancel",
            on: { click: (event) => context.onCancel(event.currentTarget) },
          })
        : null,
    ),
  );
  updateWorking(place, message, context.progress, context.seen);
  return place;
}

function pictures(message, context) {
  const several = message.images.length > 1;
  const group = el("div", {
    class: several ? "pictures several" : "pictures",
    role: several ? "group" : null,
    "aria-label": several ? `${message.images.length} pictures: choose one to work with it` : null,
  });
  for (const image of message.images)
    group.append(
      image.deleted
        ? el("p", {
            class: "gone",
            text: several ? `Picture ${image.number} was deleted.` : "This picture was deleted.",
          })
        : picture(image, several, context),
    );
  return [group];
}

function picture(image, several, context) {
  const most = several ? LARGEST_OF_SEVERAL : LARGEST;
  const box = fitInside(image.width, image.height, most.width, most.height);
  const chosen = several && context.selected === image.id;
  const shown = el("img", {
    src: localPath(context.seen(several ? image.thumb || image.url : image.url)),
    alt: image.alt,
    width: box.width,
    height: box.height,
    decoding: "async",
    "data-testid": "picture",
    "data-image-id": image.id,
  });
  shown.style.aspectRatio = `${image.width} / ${image.height}`;
  veil(shown, image);
  const title = several && !chosen ? `Choose picture ${image.number}` : "Open";
  const frame = el(
    "button",
    {
      type: "button",
      class: chosen ? "picture chosen" : "picture",
      "aria-pressed": several ? String(chosen) : null,
      title: isVeiled(image) ? "Veiled: click to show" : title,
      on: {
        click: () => {
          if (isVeiled(image)) {
            lift(image);
            frame.title = title;
          } else if (several && !chosen) context.onSelect(image);
          else context.onOpen(image);
        },
        dblclick: () => !image.veiled && context.onOpen(image),
      },
    },
    several
      ? el(
          "span",
          { class: "number" },
          el("span", { class: "visually-hidden", text: "Picture " }),
          String(image.number),
        )
      : null,
    shown,
  );
  return frame;
}

function buttons(message, context, shown) {
  const several = message.images.length > 1;
  const chosen = several ? context.selected : (shown[0]?.id ?? null);
  const mine = message.buttons.filter((one) => one.image === null || one.image === chosen);
  if (several && !mine.length && shown.length && message.buttons.length)
    return [el("p", { class: "hint", text: "Choose a picture to edit, vary or finish it." })];
  if (!mine.length) return [];
  const label = several && chosen ? `Picture ${shown.find((image) => image.id === chosen)?.number ?? ""}` : "Picture";
  return [
    el(
      "div",
      { class: "buttons", role: "group", "aria-label": label },
      ...mine.map((one) =>
        button(one.label, (event) => context.onVerb(one.verb, one.image, event.currentTarget), {
          icon: one.verb,
          "data-testid": `btn-${one.verb}`,
          class: `button${one.verb === "delete" ? " danger" : ""}${ICON_ONLY.has(one.verb) ? " icon-only" : ""}`,
          title: ICON_ONLY.has(one.verb) ? one.label : null,
        }),
      ),
    ),
  ];
}

/** Under an answer to /privacy: fetch all of it, or delete it. */
function ownData(message, context) {
  const what = message.own_data;
  if (!what) return [];
  const label = what === "delete" ? "Delete everything" : "Download";
  return [
    el(
      "div",
      { class: "buttons", role: "group", "aria-label": "Your data" },
      button(label, (event) => context.onOwnData(what, event.currentTarget), {
        icon: what === "delete" ? "delete" : null,
        "data-testid": `own-data-${what}`,
        class: what === "delete" ? "button danger" : "button",
      }),
    ),
  ];
}

/** A question that somebody decides: what is pressed takes its place. */
function choices(message, context) {
  if (!message.choices.length) return [];
  return [
    el(
      "div",
      { class: "buttons", role: "group", "aria-label": "Decide" },
      ...message.choices.map((one) =>
        button(one.label, (event) => context.onChoice(one, event.currentTarget), {
          "data-testid": `choice-${one.act}`,
          class: "button",
        }),
      ),
    ),
  ];
}

/** For the pointer. Keys do the same on the message itself, so that the list does not become a row of tab stops. */
function toolbar(message, context) {
  if (message.deleted) return "";
  return el(
    "div",
    { class: "toolbar" },
    iconButton("reply", "Reply (R)", context.onReply, { "data-testid": "reply", tabindex: "-1" }),
    context.inThread
      ? null
      : iconButton("thread", "Open thread (T)", context.onThread, { "data-testid": "thread", tabindex: "-1" }),
  );
}
