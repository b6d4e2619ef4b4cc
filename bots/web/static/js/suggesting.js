// What could be typed next: commands after "/", flags after "--", values after a flag. From the server's own tables.

const DRAWS = new Set(["imagine", "edit", "storyboard"]);

/** The commands that fit what was typed after "/": those that begin so first, then those that contain it. */
export function matching(commands, typed) {
  const word = typed.toLowerCase();
  const begins = commands.filter((command) => command.name.startsWith(word));
  return [...begins, ...commands.filter((command) => !begins.includes(command) && command.name.includes(word))];
}

/** The command that a text begins with, when it is complete: "/imagine a fox" but not "/imag". */
export function commandOf(commands, text) {
  const name = /^\s*\/([a-z]+)(?:\s|$)/.exec(text)?.[1];
  return commands.find((command) => command.name === name) ?? null;
}

/** Whether a text by itself asks for a picture, as far as the page can tell. */
export function asksForPicture(commands, text) {
  return DRAWS.has(commandOf(commands, text)?.name) || /^\s*@easel\b/i.test(text);
}

/**
 * Suggestions for the text before the caret: {kind, name, summary, hook, text}; `text` takes the place of what is before
 * the caret. `flags`: whether flags mean anything here. `whole`: the first one is what stands there already.
 */
export function suggestions(hello, before, { flags }) {
  const command = /^\/([a-z]*)$/i.exec(before)?.[1];
  if (command !== undefined) return commandsFor(hello, command);
  if (!flags) return none();
  const name = /(?:^|\s)--([\w-]*)$/.exec(before)?.[1];
  if (name !== undefined) return flagsFor(hello, before, name);
  const [, said, value] = /(?:^|\s)--([\w-]+)[ =]([^\s"]*)$/.exec(before) ?? [];
  return said === undefined ? none() : valuesFor(hello, before, said, value);
}

const none = () => ({ items: [], whole: false });

function commandsFor(hello, typed) {
  const items = matching(hello.commands, typed).map((command) => ({
    kind: "command",
    name: `/${command.name}`,
    summary: command.summary,
    hook: `slash-item-${command.name}`,
    text: `/${command.name} `,
    whole: command.name === typed && !command.options.some((option) => option.required),
  }));
  return { items, whole: items[0]?.whole ?? false };
}

function flagsFor(hello, before, typed) {
  const word = typed.toLowerCase();
  const start = before.slice(0, before.length - typed.length);
  const names = (flag) => [flag.name, ...flag.aliases];
  const items = hello.flags
    .filter((flag) => names(flag).some((name) => name.startsWith(word)))
    .sort((a, b) => Number(b.name === word) - Number(a.name === word))
    .map((flag) => ({
      kind: "flag",
      name: flag.example.startsWith(`--${flag.name}`) ? flag.example : `--${flag.name}`,
      summary: flag.help,
      hook: `flag-item-${flag.name}`,
      text: `${start}${flag.name} `,
      whole: flag.takes === "nothing" && names(flag).includes(word),
    }));
  return { items, whole: items[0]?.whole ?? false };
}

function valuesFor(hello, before, said, typed) {
  const flag = hello.flags.find((one) => one.name === said.toLowerCase() || one.aliases.includes(said.toLowerCase()));
  if (!flag || flag.takes !== "one") return none();
  const word = typed.toLowerCase();
  const start = before.slice(0, before.length - typed.length);
  const fitting = flag.values.filter(({ value }) => value.toLowerCase().startsWith(word));
  if (fitting.some(({ value }) => value.toLowerCase() === word)) return none(); // it stands there already
  const items = fitting.map(({ value, label }) => ({
    kind: "value",
    name: value,
    summary: label.startsWith(value) ? label.slice(value.length).replace(/^,? /, "") : label,
    hook: `value-item-${value}`,
    text: `${start}${/\s/.test(value) ? `"${value}"` : value} `,
    whole: false,
  }));
  return { items, whole: false };
}
