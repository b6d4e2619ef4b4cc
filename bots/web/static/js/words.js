// Words for stages, times, sizes and money.

/** What a waiting person reads. */
export function stageWords(stage, ahead) {
  switch (stage) {
    case "queued":
      return ahead > 0 ? `${ahead} before you` : "Next in line";
    case "reading":
      return "Opening the picture";
    case "planning":
      return "Planning";
    case "searching":
      return "Searching the web";
    case "drawing":
      return "Drawing";
    case "checking":
      return "Checking";
    case "posting":
      return "Posting";
    default:
      return "Working";
  }
}

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export const dateOf = (atUs) => new Date(atUs / 1000);
export const timeOfDay = (atUs) => TIME.format(dateOf(atUs));
export const moment = (atUs) => MOMENT.format(dateOf(atUs));
export const dayKey = (atUs) => dateOf(atUs).toDateString();

export function dayName(atUs, now = new Date()) {
  const day = dateOf(atUs);
  if (day.toDateString() === now.toDateString()) return "Today";
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  return day.toDateString() === yesterday.toDateString() ? "Yesterday" : DAY.format(day);
}

/** An amount of an allowance in its unit: nano-dollars as dollars, everything else as it is. */
export function amount(unit, value) {
  return unit === "money" ? `$${(value / 1e9).toFixed(2)}` : String(value);
}

export function fileSize(bytes) {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function replies(count) {
  return count === 1 ? "1 reply" : `${count} replies`;
}
