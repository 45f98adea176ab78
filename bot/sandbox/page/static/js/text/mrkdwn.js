// Slack's own markup ("mrkdwn") to nodes. `<...>` is Slack's control syntax, `&amp; &lt; &gt;` are its only entities; text
// that is neither stays text, so a pasted <script> shows as what it is.

import { h, safeUrl } from "../dom.js";
import { emoji } from "./emoji.js";
import { full, readDate, slackDate } from "./time.js";

export const unescape = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

const FENCE = /```\n?([\s\S]+?)\n?```/;
const QUOTE = /^(?:&gt;|>) ?/;

// A mark opens after a non-word character and closes before one, with no blank inside its edges: 2*3*4 is no bold.
const marked = (mark, name) =>
  String.raw`(?<![\p{L}\p{N}${mark}])${mark}(?<${name}>[^\s${mark}](?:[^${mark}\n]*[^\s${mark}])?)${mark}(?![\p{L}\p{N}${mark}])`;
const INLINE = new RegExp(
  [
    String.raw`<(?<control>[^<>\n]+)>`,
    "`(?<code>[^`\\n]+)`",
    marked(String.raw`\*`, "bold"),
    marked("_", "italic"),
    marked("~", "strike"),
    String.raw`:(?<emoji>[a-z0-9_+'\-]+(?:::skin-tone-\d)?):`,
    String.raw`(?<url>https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)\]'"*_~])`,
  ].join("|"),
  "giu",
);

/** Nodes for a mrkdwn text. `names`: {person(id), channel(id), group(id)} -> shown name or undefined. */
export function mrkdwn(text, names = {}) {
  const nodes = [];
  let rest = String(text ?? "");
  for (let found = FENCE.exec(rest); found; found = FENCE.exec(rest)) {
    nodes.push(...paragraphs(rest.slice(0, found.index).replace(/\n$/, ""), names));
    nodes.push(h("pre", { class: "code-block" }, unescape(found[1].replace(/<([^<>|\n]+)(?:\|([^<>\n]+))?>/g, "$1"))));
    rest = rest.slice(found.index + found[0].length).replace(/^\n/, "");
  }
  return [...nodes, ...paragraphs(rest, names)];
}

function paragraphs(text, names) {
  if (!text) return [];
  const runs = [];
  for (const line of text.split("\n")) {
    const quoted = QUOTE.test(line);
    if (!runs.length || runs.at(-1).quoted !== quoted) runs.push({ quoted, lines: [] });
    runs.at(-1).lines.push(quoted ? line.replace(QUOTE, "") : line);
  }
  return runs.flatMap(({ quoted, lines }) =>
    quoted
      ? h("blockquote", {}, inline(lines.join("\n"), names))
      : h("span", { class: "lines" }, inline(lines.join("\n"), names)),
  );
}

function inline(text, names) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    nodes.push(unescape(text.slice(end, found.index)), piece(found, names));
    end = found.index + found[0].length;
  }
  return [...nodes, unescape(text.slice(end))];
}

function piece({ 0: whole, groups }, names) {
  if (groups.control) return control(groups.control, whole, names);
  if (groups.code) return h("code", {}, unescape(groups.code));
  if (groups.bold) return h("strong", {}, inline(groups.bold, names));
  if (groups.italic) return h("em", {}, inline(groups.italic, names));
  if (groups.strike) return h("s", {}, inline(groups.strike, names));
  if (groups.url) return link(unescape(groups.url));
  return emojiNode(groups.emoji) ?? whole;
}

function emojiNode(name) {
  const picture = emoji(name.toLowerCase());
  return picture && h("span", { class: "emoji", role: "img", "aria-label": name, title: `:${name}:` }, picture);
}

export function link(url, label = url) {
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: "link" }, label);
}

function control(body, whole, names) {
  const [target, label] = splitOnce(body, "|");
  if (target.startsWith("@"))
    return mention(`@${names.person?.(target.slice(1)) ?? label ?? target.slice(1)}`, target.slice(1));
  if (target.startsWith("#")) return mention(`#${names.channel?.(target.slice(1)) || label || target.slice(1)}`);
  if (target.startsWith("!date^")) return dateNode(target, label ?? "");
  if (target.startsWith("!subteam^")) return mention(names.group?.(target.slice(9)) ?? label ?? "@group");
  if (/^!(here|channel|everyone)$/.test(target)) return mention(`@${target.slice(1)}`);
  if (target.startsWith("!")) return label ?? whole;
  const url = unescape(target);
  return safeUrl(url) && !url.startsWith("/") && !url.startsWith("#")
    ? link(url, plain(label ?? target.replace(/^mailto:/, "")))
    : unescape(whole);
}

function splitOnce(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

export const mention = (text, user) => h("span", { class: "mention", dataset: user ? { user } : {} }, text);

function dateNode(target, fallback) {
  const [, seconds, pattern = "", url] = target.split("^");
  const moment = readDate(seconds);
  const words = slackDate(seconds, pattern, unescape(fallback));
  const node = h("time", { title: moment ? full(moment) : null }, words);
  return url ? link(unescape(url), node) : node;
}

/** Text with emoji names drawn and entities read, nothing else: labels, button texts. */
export function plain(text) {
  return unescape(String(text ?? ""))
    .split(/(:[a-z0-9_+'-]+:)/i)
    .map((part) => {
      const name = /^:(.+):$/.exec(part)?.[1];
      return (name && emojiNode(name)) || part;
    });
}

/** A Block Kit text object ({type: plain_text | mrkdwn, text}) to nodes. */
export function textObject(object, names) {
  if (!object) return [];
  if (typeof object === "string") return plain(object);
  return object.type === "mrkdwn" ? mrkdwn(object.text, names) : plain(object.text);
}

/** The words of a text object as one string: for labels, titles, search. */
export const words = (object) => unescape(typeof object === "string" ? object : (object?.text ?? ""));
