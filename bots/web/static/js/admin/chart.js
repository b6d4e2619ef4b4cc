// Bars by day, as elements: they grow with the page, and each says what it is. A table beside it holds the numbers.

import { el } from "../dom.js";

const STEPS = [1, 2, 5];
const CENT = 10_000_000;
const TICKS = 4;

/** The chart of a month's report, in "money" or "images". */
export function chart(found, unit) {
  const money = unit === "money";
  const sums = new Map(found.by.day.map((each) => [each.key, each]));
  const days = daysBetween(found.first_day, found.last_day);
  const height = (each) => (each ? (money ? each.nanodollars : each.images) : 0);
  const ticks = scale(Math.max(0, ...days.map((day) => height(sums.get(day)))), money ? CENT : 1);
  const top = ticks.at(-1);
  const says = (tick) => (money ? `$${(tick / 1e9).toFixed(top >= 4e9 && ticks.every((each) => each % 1e9 === 0) ? 0 : 2)}` : String(tick));
  const highest = [...found.by.day].sort((a, b) => height(b) - height(a))[0];
  const summary = `${money ? "Money" : "Images"} by day. The most was ${money ? highest.money : highest.images} on ${highest.key}.`;
  const every = Math.ceil(days.length / 8);
  return el(
    "figure",
    { class: "chart", role: "img", "aria-label": summary, "data-testid": "chart" },
    el(
      "div",
      { class: "chart-plot" },
      ...ticks.map((tick) => {
        const line = el("span", { class: "chart-tick" }, el("span", { class: "chart-number", text: says(tick) }));
        line.style.insetBlockEnd = `${(tick / top) * 100}%`;
        return line;
      }),
      el(
        "div",
        { class: "chart-bars" },
        ...days.map((day, at) => column(day, sums.get(day), money, top, (days.length - 1 - at) % every === 0)),
      ),
    ),
    money && found.total.estimated_nanodollars
      ? el(
          "figcaption",
          { class: "chart-legend" },
          el("span", { class: "key" }, el("span", { class: "swatch measured" }), "measured"),
          el("span", { class: "key" }, el("span", { class: "swatch estimated" }), "estimated"),
        )
      : null,
  );
}

function column(day, sum, money, top, isNamed) {
  const amount = sum ? (money ? sum.nanodollars : sum.images) : 0;
  const estimated = sum && money ? sum.estimated_nanodollars : 0;
  const part = (kind, share) => {
    const piece = el("span", { class: `chart-bar ${kind}` });
    piece.style.blockSize = `${(share / top) * 100}%`;
    return piece;
  };
  return el(
    "span",
    { class: "chart-day", title: sum ? `${day}: ${sum.images} images, ${sum.nanodollars ? sum.money : "no money"}` : `${day}: nothing` },
    estimated ? part("estimated", estimated) : null,
    amount - estimated ? part("measured", amount - estimated) : null,
    isNamed ? el("span", { class: "chart-name", text: String(Number(day.slice(8))) }) : null,
  );
}

/** From zero to at least the highest in few round steps. */
function scale(highest, least) {
  for (let power = least; ; power *= 10)
    for (const each of STEPS) {
      const step = power * each;
      if (step * TICKS >= highest) {
        const count = Math.max(1, Math.ceil(highest / step));
        return Array.from({ length: count + 1 }, (_, at) => at * step);
      }
    }
}

function daysBetween(first, last) {
  const found = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += 86_400_000) found.push(new Date(at).toISOString().slice(0, 10));
  return found;
}
