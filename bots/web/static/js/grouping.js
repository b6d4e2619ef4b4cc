// How a message stands among its neighbours: under one heading with the one before, under a new day, right below its question.

import { dayKey, dayName } from "./words.js";

const TOGETHER_US = 5 * 60 * 1_000_000; // messages of one person within five minutes share a heading

/** Mark a message's element; `before` is the message above it, or null. */
export function markGroup(article, message, before) {
  const sameDay = before !== null && dayKey(before.created_at_us) === dayKey(message.created_at_us);
  const together =
    sameDay &&
    message.kind === "said" &&
    before.kind === "said" &&
    before.author.id === message.author.id &&
    before.only_for === message.only_for &&
    !message.reply_preview &&
    message.created_at_us - before.created_at_us < TOGETHER_US;
  article.classList.toggle("grouped", together);
  article.classList.toggle(
    "answers",
    message.author.kind === "easel" && before !== null && before.id === message.reply_to,
  );
  const day = article.querySelector(".day");
  const name = sameDay ? "" : dayName(message.created_at_us);
  day.hidden = sameDay;
  if (day.textContent !== name) day.textContent = name;
}

/** How high a message will be, about: while it was never in the document this stands in for it. */
export function guessHeight(message, width) {
  const line = Math.max(20, Math.min(width, 900) / 8); // letters of a line
  const lines = message.text ? Math.ceil(message.text.length / line) : 0;
  const pictures = message.images.length + message.attachments.length;
  const first = message.images[0] ?? message.attachments[0];
  const largest = message.images.length === 1 ? 440 : 260;
  const drawn = first ? Math.min(largest, first.height || largest) * Math.ceil(pictures / 2) + 14 : 0;
  return 40 + lines * 23 + drawn + (message.buttons.length ? 46 : 0) + (message.footer ? 20 : 0);
}
