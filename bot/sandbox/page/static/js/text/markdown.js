// Standard markdown of `markdown` blocks, at least readable: headings, lists, quotes, code, tables, rules, inline marks.

import { h } from "../dom.js";
import { link, plain } from "./mrkdwn.js";

const INLINE =
  /`(?<code>[^`]+)`|!?\[(?<label>[^\]]*)\]\((?<url>[^)\s]+)[^)]*\)|\*\*(?<bold>[^*]+)\*\*|__(?<bold2>[^_]+)__|(?<!\w)[*_](?<italic>[^*_\s][^*_]*)[*_](?!\w)|~~(?<strike>[^~]+)~~/gu;

function inline(text) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    nodes.push(plain(text.slice(end, found.index)), piece(found.groups));
    end = found.index + found[0].length;
  }
  return [...nodes, plain(text.slice(end))];
}

function piece({ code, label, url, bold, bold2, italic, strike }) {
  if (code) return h("code", {}, code);
  if (url) return link(url, label || url);
  if (bold ?? bold2) return h("strong", {}, inline(bold ?? bold2));
  if (italic) return h("em", {}, inline(italic));
  return h("s", {}, inline(strike));
}

const cells = (line) =>
  line
    .replace(/^\s*\||\|\s*$/g, "")
    .split("|")
    .map((cell) => inline(cell.trim()));

// Each kind of block: how its first line looks, and how many lines it takes: [pattern, build(lines) -> node].
const KINDS = [
  [
    /^#{1,6} /,
    1,
    ([line]) =>
      h("p", { class: "md-heading", "data-level": /^#+/.exec(line)[0].length }, inline(line.replace(/^#+ /, ""))),
  ],
  [/^\s*([-*_])(\s*\1){2,}\s*$/, 1, () => h("hr", {})],
  [
    /^\s*> ?/,
    Infinity,
    (lines) => h("blockquote", {}, inline(lines.map((line) => line.replace(/^\s*> ?/, "")).join("\n"))),
  ],
  [
    /^\s*[-*+] /,
    Infinity,
    (lines) =>
      h(
        "ul",
        {},
        lines.map((line) => item(line.replace(/^\s*[-*+] /, ""))),
      ),
  ],
  [
    /^\s*\d+[.)] /,
    Infinity,
    (lines) =>
      h(
        "ol",
        {},
        lines.map((line) => item(line.replace(/^\s*\d+[.)] /, ""))),
      ),
  ],
  [/^\s*\|.*\|\s*$/, Infinity, table],
];

function item(text) {
  const task = /^\[([ xX])\] /.exec(text);
  return h("li", {}, task && (task[1] === " " ? "☐ " : "☑ "), inline(task ? text.slice(4) : text));
}

function table(lines) {
  const [head, ...rows] = lines.filter((line) => !/^\s*\|?[\s:|-]+\|?\s*$/.test(line));
  return h(
    "div",
    { class: "table-scroll" },
    h(
      "table",
      { class: "table" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          cells(head).map((cell) => h("th", { scope: "col" }, cell)),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map((row) =>
          h(
            "tr",
            {},
            cells(row).map((cell) => h("td", {}, cell)),
          ),
        ),
      ),
    ),
  );
}

/** Nodes for a standard markdown text. */
export function markdown(text) {
  const nodes = [];
  const lines = String(text ?? "").split("\n");
  while (lines.length) {
    if (/^\s*```/.test(lines[0])) nodes.push(fence(lines));
    else if (!lines[0].trim()) lines.shift();
    else nodes.push(block(lines));
  }
  return nodes;
}

function fence(lines) {
  lines.shift();
  const code = [];
  while (lines.length && !/^\s*```/.test(lines[0])) code.push(lines.shift());
  lines.shift();
  return h("pre", { class: "code-block" }, code.join("\n"));
}

function block(lines) {
  const kind = KINDS.find(([pattern]) => pattern.test(lines[0]));
  const [pattern, most, build] = kind ?? [
    null,
    Infinity,
    (taken) => h("p", { class: "lines" }, inline(taken.join("\n"))),
  ];
  const taken = [lines.shift()];
  const goesOn = (line) =>
    pattern ? pattern.test(line) : line.trim() && !KINDS.some(([other]) => other.test(line)) && !/^\s*```/.test(line);
  while (lines.length && taken.length < most && goesOn(lines[0])) taken.push(lines.shift());
  return build(taken);
}
