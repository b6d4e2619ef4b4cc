// What a workspace drew and spent in a month: sums, a chart by day, and who, where, with what.

import { el, icon } from "../dom.js";
import { chart } from "./chart.js";
import { card, empty, person, segments, table } from "./parts.js";

export const title = "Usage";

const MONTHS = 12;
const HEADINGS = ["Images", "Money", "Estimated", "Drawn", "Failed", "Declined", "Refused"];
const NUMBERS = [1, 2, 3, 4, 5, 6, 7];

export async function show(page) {
  const found = await page.api.usage(page.workspace, page.month);
  for (const [id, name] of Object.entries(found.names)) page.names.set(id, name);
  page.month ||= found.month;
  const { total } = found;
  const nothing = !(total.drawn || total.failed || total.declined || total.refused);
  const head = card("", choice(page, found), nothing ? empty("Nothing was asked for in this month.") : sums(found));
  if (nothing) return [head];
  return [
    head,
    days(page, found),
    broken("People", "Person", found.by.person, (key) => person(key, found.names[key])),
    broken("Channels", "Channel", found.by.channel, (key) => person(key, found.channels[key])),
    broken("Models", "Model", found.by.model, (key) => el("bdi", { text: key })),
  ];
}

function choice(page, found) {
  const months = lastMonths(page.thisMonth ?? (page.thisMonth = found.month));
  if (!months.includes(found.month)) months.push(found.month);
  const select = el(
    "select",
    { id: "month", "data-testid": "month", on: { change: () => page.show({ month: select.value }) } },
    ...months.map((month) => el("option", { value: month, text: spokenMonth(month), selected: month === found.month })),
  );
  return el(
    "div",
    { class: "line" },
    el("label", { class: "narrow", for: "month" }, "Month", select),
    el("p", { class: "fine grow", text: `${found.first_day} to ${found.last_day}, days of ${found.time_zone}` }),
    el("a", { class: "button", href: page.api.tableOf(page.workspace, found.month), download: `easel-usage-${found.month}.csv`, "data-testid": "csv" }, icon("download"), "Table (CSV)"),
  );
}

function sums(found) {
  const { total, saved } = found;
  const fact = (name, value, note) => el("div", { class: "fact" }, el("dt", { text: name }), el("dd", {}, el("strong", { text: value }), note ? el("small", { text: note }) : null));
  return el(
    "dl",
    { class: "facts", "data-testid": "sums" },
    fact("Images", String(total.images), `${total.drawn} requests drawn`),
    fact("Money", total.money, measured(total)),
    fact("Failed", String(total.failed), "after they were begun"),
    fact("Declined", String(total.declined), "by a safety check"),
    fact("Refused", String(total.refused), "by limits and rules"),
    fact("Saved by drafts", saved, "against high quality"),
  );
}

function measured(total) {
  if (!total.nanodollars) return "nothing was billed";
  if (!total.estimated_nanodollars) return "all of it measured";
  return total.estimated_nanodollars === total.nanodollars ? "all of it estimated" : `${total.estimated} of it estimated`;
}

function days(page, found) {
  const money = found.total.nanodollars > 0;
  const unit = money ? (page.unit ?? "money") : "images";
  const place = card("By day");
  const draw = (chosen) => {
    page.unit = chosen;
    place.replaceChildren(
      place.firstChild,
      ...(money ? [segments("What the chart shows", [["money", "Money"], ["images", "Images"]], chosen, draw)] : []),
      chart(found, chosen),
      el(
        "details",
        { class: "more" },
        el("summary", { text: "The same as a table" }),
        table("By day", ["Day", ...HEADINGS], found.by.day.map((row) => cells(row, row.key)), NUMBERS),
      ),
    );
    if (document.activeElement === document.body) place.querySelector('.segment[aria-pressed="true"]')?.focus();
  };
  draw(unit);
  return place;
}

function broken(caption, heading, rows, name) {
  if (!rows.length) return null;
  return card(caption, table(caption, [heading, ...HEADINGS], rows.map((row) => cells(row, name(row.key))), NUMBERS));
}

function cells(row, name) {
  return [
    name,
    String(row.images),
    row.nanodollars ? row.money : "–",
    row.estimated_nanodollars ? row.estimated : "–",
    String(row.drawn),
    String(row.failed),
    String(row.declined),
    String(row.refused),
  ];
}

function lastMonths(newest) {
  const [year, month] = newest.split("-").map(Number);
  return Array.from({ length: MONTHS }, (_, back) => {
    const at = year * 12 + month - 1 - back;
    return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}`;
  });
}

function spokenMonth(month) {
  const [year, number] = month.split("-").map(Number);
  return new Intl.DateTimeFormat("en", { month: "long", year: "numeric", timeZone: "UTC" }).format(Date.UTC(year, number - 1, 15));
}
