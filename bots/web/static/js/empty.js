// An empty channel: six prompts worth trying, in six scripts. One click puts them into the message box.

import { el, icon } from "./dom.js";

const PROMPTS = [
  {
    lang: "en",
    words: "A poster with a title",
    prompt: '/imagine a poster "Summer Fair" with a fox and a balloon --ar 2:3',
  },
  {
    lang: "hi",
    words: "हिन्दी में शीर्षक",
    prompt: '/imagine a poster "दीपावली की शुभकामनाएँ" with candles and an elephant at night --ar 2:3',
  },
  {
    lang: "zh",
    words: "带标题的横幅",
    prompt: "/imagine a banner 「春天来了」 with a panda and cherry blossoms --ar 2:1",
  },
  {
    lang: "ja",
    words: "文字入りのポスター",
    prompt: "/imagine a poster 「海の日」 with a whale and a sailboat --ar 1:1",
  },
  {
    lang: "ko",
    words: "글자가 있는 카드",
    prompt: '/imagine a card "생일 축하해요" with a cake and a balloon --ar 4:3',
  },
  { lang: "ar", words: "ملصق بعنوان", prompt: '/imagine a poster "مرحبا بكم" with a camel and the moon --ar 2:3' },
];

/** The invitation; `onChoose(prompt)` gets the words of the chosen one. */
export function emptyChannel(onChoose) {
  return el(
    "section",
    { class: "empty", "aria-labelledby": "empty-title" },
    el("span", { class: "empty-mark", "aria-hidden": "true" }, icon("easel")),
    el("h2", { id: "empty-title", text: "What shall we draw?" }),
    el("p", {
      text: "Type /imagine and what you would like to see, or begin with one of these. Reply to a picture to change it.",
    }),
    el(
      "ul",
      { class: "empty-prompts" },
      ...PROMPTS.map(({ lang, words, prompt }) =>
        el(
          "li",
          {},
          el(
            "button",
            {
              type: "button",
              class: "empty-prompt",
              "data-testid": "empty-prompt",
              on: { click: () => onChoose(prompt) },
            },
            el("strong", { lang, dir: "auto", text: words }),
            el("span", { class: "empty-words" }, ...unbroken(prompt)),
          ),
        ),
      ),
    ),
  );
}

/** The prompt with its flags kept on one line: a break inside "--ar" would show a lone dash. */
function unbroken(prompt) {
  const at = prompt.indexOf(" --");
  return [prompt.slice(0, at + 1), el("span", { class: "unbroken", text: prompt.slice(at + 1) })];
}
