// rich_text_input: a small editor whose content goes to the app as a rich_text block.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { richText } from "../text/richtext.js";
import { words } from "../text/mrkdwn.js";

const TOOLS = [
  ["bold", "Bold"],
  ["italic", "Italic"],
  ["strike", "Strikethrough", "strikeThrough"],
  ["list", "Bulleted list", "insertUnorderedList"],
];
const STYLES = {
  B: "bold",
  STRONG: "bold",
  I: "italic",
  EM: "italic",
  S: "strike",
  STRIKE: "strike",
  DEL: "strike",
  CODE: "code",
};

/** The pieces of text under `node`, each with the styles around it. */
function pieces(node, style = {}) {
  if (node.nodeType === Node.TEXT_NODE) {
    return node.data ? [{ type: "text", text: node.data, ...(Object.keys(style).length ? { style } : {}) }] : [];
  }
  if (node.nodeName === "BR") return [{ type: "text", text: "\n" }];
  const name = STYLES[node.nodeName];
  const inner = name ? { ...style, [name]: true } : style;
  return [...node.childNodes].flatMap((child) => pieces(child, inner));
}

/** The editor's content as a rich_text block, or null when it is empty. */
export function toRichText(editor) {
  const elements = [];
  let section = null;
  for (const child of editor.childNodes) {
    if (child.nodeName === "UL" || child.nodeName === "OL") {
      section = null;
      const items = [...child.children].map((item) => ({ type: "rich_text_section", elements: pieces(item) }));
      elements.push({
        type: "rich_text_list",
        style: child.nodeName === "OL" ? "ordered" : "bullet",
        indent: 0,
        elements: items,
      });
      continue;
    }
    const block = child.nodeName === "DIV" || child.nodeName === "P";
    if (!section || block) elements.push((section = { type: "rich_text_section", elements: [] }));
    section.elements.push(...pieces(child));
    if (block) section = null;
  }
  return editor.textContent.trim() ? { type: "rich_text", elements } : null;
}

function paste(event) {
  event.preventDefault();
  document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
}

export function richInput(element, block, ctx) {
  const editor = h("div", {
    class: "field rich-editor",
    contenteditable: "true",
    role: "textbox",
    "aria-multiline": "true",
    dataset: { placeholder: words(element.placeholder), action: element.action_id ?? "" },
    ...ctx.described,
    onpaste: paste,
    oninput: () => ctx.values.set(block, element, { rich_text_value: toRichText(editor) }),
  });
  const before = ctx.values.get(block, element)?.rich_text_value;
  if (before) editor.append(...richText(before, ctx.names));
  const tools = TOOLS.map(([name, label, command = name]) =>
    h(
      "button",
      {
        type: "button",
        title: label,
        "aria-label": label,
        onpointerdown: (event) => event.preventDefault(),
        onclick: () => (editor.focus(), document.execCommand(command)),
      },
      icon(name, 16),
    ),
  );
  return h(
    "div",
    { class: "rich-input" },
    h("div", { class: "rich-tools", role: "toolbar", "aria-label": "Formatting" }, tools),
    editor,
  );
}
