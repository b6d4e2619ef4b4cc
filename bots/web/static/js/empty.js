// An empty channel: six prompts worth trying, in six scripts. One click puts them into the message box.

import { el, icon } from "./dom.js";

const PROMPTS = [
  {
    lang: "en",
    words: "A poster with a title",
    prompt: '/imagine a poster "Summer Fair" with a fox and a hot air balloon in the mountains at sunset --ar 2:3',
  },
  { lang: "zh-Hans", words: "带标题的海报", prompt: "/imagine 海报「中秋快乐」兔子和月亮，夜晚 --ar 2:3" },
  { lang: "ja", words: "題字の入ったポスター", prompt: "/imagine ポスター「夏祭り」花火と猫、夜 --ar 2:3" },
  { lang: "hi", words: "हिन्दी शीर्षक वाला पोस्टर", prompt: '/imagine पोस्टर "हिन्दी कविता संध्या" मोर, बगीचा --ar 2:3' },
  { lang: "bn", words: "বাংলা শিরোনামের পোস্টার", prompt: '/imagine পোস্টার "বই মেলা" পেঁচা, বই --ar 2:3' },
  { lang: "ar", words: "ملصق بعنوان عربي", prompt: '/imagine ملصق "مهرجان الصيف" جمل في الصحراء، غروب --ar 2:3' },
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
            el("img", { src: `/static/prompts/${lang}.webp`, alt: "", width: 72, height: 108, decoding: "async" }),
            el(
              "span",
              { class: "empty-lines", lang },
              el("strong", { dir: "auto", text: words }),
              el("span", { class: "empty-words", dir: "auto" }, ...unbroken(prompt)),
            ),
          ),
        ),
      ),
    ),
  );
}

/**
 * The prompt as it is read: what was asked for in its own writing direction, the command and the flags in theirs, and
 * each flag on one line: a break inside "--ar" would show a lone dash.
 */
function unbroken(prompt) {
  const [command, at] = [prompt.indexOf(" "), prompt.indexOf(" --")]; // spaces stand outside: they belong to the line
  return [
    el("bdi", { class: "empty-code", text: prompt.slice(0, command) }),
    prompt.slice(command, at), // not a bdi: it gives the line its direction
    " ",
    el("bdi", { class: "empty-code unbroken", text: prompt.slice(at + 1) }),
  ];
}
