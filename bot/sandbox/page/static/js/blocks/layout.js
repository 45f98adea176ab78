// The blocks that every surface has had for years: section, header, divider, image, context, actions, input.

import { append, freshId, h } from "../dom.js";
import { element, picture } from "../elements.js";
import { textObject } from "../text/mrkdwn.js";

export function section(block, ctx) {
  return h(
    "div",
    { class: `section${block.accessory ? " with-accessory" : ""}` },
    h(
      "div",
      { class: "section-words" },
      block.text && h("div", { class: "text" }, textObject(block.text, ctx.names)),
      block.fields &&
        h(
          "div",
          { class: "fields" },
          block.fields.map((field) => h("div", { class: "text" }, textObject(field, ctx.names))),
        ),
    ),
    block.accessory && h("div", { class: "accessory" }, element(block.accessory, block, ctx)),
  );
}

export const header = (block, ctx) =>
  h("h2", { class: "header", "data-level": block.level ?? 1 }, textObject(block.text, ctx.names));

export const divider = () => h("hr", {});

export function image(block, ctx) {
  return h(
    "figure",
    { class: "image" },
    block.title && h("figcaption", {}, textObject(block.title, ctx.names)),
    picture(block, "block-image"),
  );
}

export function context(block, ctx) {
  const part = (item) =>
    item.type === "image" ? picture(item, "context-image") : h("span", { class: "text" }, textObject(item, ctx.names));
  return h("div", { class: "context" }, block.elements.map(part));
}

export const actions = (block, ctx) =>
  h(
    "div",
    { class: "actions" },
    block.elements.map((item) => element(item, block, ctx)),
  );

const GROUPS = new Set(["checkboxes", "radio_buttons", "rich_text_input"]);

/** A labelled field; its error stands right under it and is tied to it for screen readers. */
export function input(block, ctx) {
  const error = ctx.errors?.[block.block_id];
  const [label, hint, problem] = [freshId("label"), freshId("hint"), freshId("error")];
  const field = GROUPS.has(block.element?.type) ? null : freshId("field");
  const described = {
    "aria-labelledby": label,
    "aria-describedby": [block.hint && hint, error && problem].filter(Boolean).join(" ") || null,
    "aria-invalid": error ? "true" : null,
    "aria-required": block.optional || block.element?.type === "checkboxes" ? null : "true",
    id: field,
  };
  const node = h(
    "div",
    { class: `input${error ? " has-error" : ""}` },
    h(
      "label",
      { class: "input-label", id: label, for: field },
      textObject(block.label),
      block.optional && h("span", { class: "optional" }, " (optional)"),
    ),
    element(block.element, block, { ...ctx, described }),
  );
  return append(node, [
    h("div", { class: "input-error", id: problem, role: error ? "alert" : null }, error),
    block.hint && h("div", { class: "hint", id: hint }, textObject(block.hint)),
  ]);
}
