// rich_text blocks, as Slack's composer makes them, to nodes.

import { h } from "../dom.js";
import { emoji } from "./emoji.js";
import { link, mention } from "./mrkdwn.js";
import { slackDate } from "./time.js";

const MARKS = [
  ["code", "code"],
  ["bold", "strong"],
  ["italic", "em"],
  ["strike", "s"],
  ["underline", "u"],
];

function styled(content, style) {
  return MARKS.reduce((inner, [name, tag]) => (style?.[name] ? h(tag, {}, inner) : inner), content);
}

const PIECES = {
  text: (piece) => piece.text,
  link: (piece) => link(piece.url, piece.text || piece.url),
  user: (piece, names) => mention(`@${names.person?.(piece.user_id) ?? piece.user_id}`, piece.user_id),
  channel: (piece, names) => mention(`#${names.channel?.(piece.channel_id) ?? piece.channel_id}`),
  usergroup: (piece, names) => mention(names.group?.(piece.usergroup_id) ?? "@group"),
  broadcast: (piece) => mention(`@${piece.range}`),
  emoji: (piece) =>
    h("span", { class: "emoji", role: "img", "aria-label": piece.name }, emoji(piece.name) ?? `:${piece.name}:`),
  date: (piece) => slackDate(piece.timestamp, piece.format ?? "{date_short}", piece.fallback ?? ""),
  color: (piece) => [
    h("span", { class: "swatch", style: { background: /^#[0-9a-f]{3,8}$/i.test(piece.value) ? piece.value : "none" } }),
    piece.value,
  ],
};

const pieces = (elements, names) =>
  (elements ?? []).map((piece) => styled(PIECES[piece.type]?.(piece, names) ?? `[${piece.type}]`, piece.style));

const CONTAINERS = {
  rich_text_section: (part, names) => h("div", { class: "lines" }, pieces(part.elements, names)),
  rich_text_preformatted: (part, names) => h("pre", { class: "code-block" }, pieces(part.elements, names)),
  rich_text_quote: (part, names) => h("blockquote", {}, pieces(part.elements, names)),
  rich_text_list: (part, names) =>
    h(
      part.style === "ordered" ? "ol" : "ul",
      { class: "rich-list", start: part.offset ? part.offset + 1 : null, style: { "--indent": part.indent ?? 0 } },
      part.elements.map((item) => h("li", {}, pieces(item.elements, names))),
    ),
};

/** Nodes for the elements of a rich_text block. */
export function richText(block, names = {}) {
  return (block?.elements ?? []).map((part) => CONTAINERS[part.type]?.(part, names) ?? h("div", {}, `[${part.type}]`));
}

/** The words of a rich_text block, for previews and tables' sorting. */
export function richWords(block) {
  const inner = (part) => part.text ?? part.name ?? part.url ?? (part.elements ?? []).map(inner).join("");
  return (block?.elements ?? []).map(inner).join("\n");
}
