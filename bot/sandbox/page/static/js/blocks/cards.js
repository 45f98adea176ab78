// The newer blocks, at least readable: alert, card, carousel, container, plan, task_card, context_actions, video, file, call.

import { h } from "../dom.js";
import { element, picture } from "../elements.js";
import { icon } from "../icons.js";
import { markdown } from "../text/markdown.js";
import { link, textObject, words } from "../text/mrkdwn.js";
import { richText } from "../text/richtext.js";

const LEVELS = { info: "info", warning: "warning", error: "warning", success: "check", default: "info" };

export function alert(block, ctx) {
  const level = LEVELS[block.level] ? block.level : "default";
  return h(
    "div",
    { class: `alert ${level}`, role: level === "error" ? "alert" : "note" },
    icon(LEVELS[level], 18),
    h("div", { class: "text" }, textObject(block.text, ctx.names)),
  );
}

export function card(block, ctx) {
  const line = (name, value) => value && h("div", { class: name }, textObject(value, ctx.names));
  return h(
    "div",
    { class: "card" },
    block.hero_image && picture(block.hero_image, "card-hero"),
    h(
      "div",
      { class: "card-body" },
      h(
        "div",
        { class: "card-head" },
        block.icon && picture(block.icon, "card-icon"),
        h("div", {}, line("card-title", block.title), line("card-subtitle", block.subtitle)),
      ),
      line("text", block.body),
      line("card-subtitle", block.subtext),
      block.actions?.length &&
        h(
          "div",
          { class: "actions" },
          block.actions.map((item) => element(item, block, ctx)),
        ),
    ),
  );
}

export function carousel(block, ctx) {
  return h(
    "div",
    { class: "carousel", tabindex: "0", role: "region", "aria-label": "Cards" },
    (block.elements ?? []).map((one) => card(one, ctx)),
  );
}

/** `draw(blocks, ctx)` comes in by parameter: a container holds any block. */
export function container(block, ctx, draw) {
  const head = [
    block.icon && picture(block.icon, "card-icon"),
    h(
      "span",
      {},
      h(
        "strong",
        {},
        block.rich_text_title ? richText(block.rich_text_title, ctx.names) : textObject(block.title, ctx.names),
      ),
      block.subtitle && h("span", { class: "card-subtitle" }, textObject(block.subtitle, ctx.names)),
    ),
  ];
  const inside = h("div", { class: "container-body" }, draw(block.child_blocks ?? block.blocks ?? [], ctx));
  if (!block.is_collapsible)
    return h("section", { class: "container" }, h("div", { class: "container-head" }, head), inside);
  return h(
    "details",
    { class: "container", open: !block.default_collapsed },
    h("summary", { class: "container-head" }, icon("chevronRight", 16), head),
    inside,
  );
}

const STATES = {
  pending: ["○", "To do"],
  in_progress: ["◐", "In progress"],
  complete: ["●", "Done"],
  error: ["✕", "Failed"],
};

export function taskCard(block, ctx) {
  const [sign, state] = STATES[block.status] ?? STATES.pending;
  return h(
    "div",
    { class: "task" },
    h("span", { class: `task-sign ${block.status}`, title: state, role: "img", "aria-label": state }, sign),
    h(
      "div",
      {},
      h("div", {}, textObject(block.title, ctx.names)),
      block.details && h("div", { class: "hint" }, richText(block.details, ctx.names)),
      block.output && h("div", { class: "text" }, richText(block.output, ctx.names)),
    ),
  );
}

export function plan(block, ctx) {
  return h(
    "section",
    { class: "container" },
    h("div", { class: "container-head" }, h("strong", {}, textObject(block.title, ctx.names))),
    h(
      "div",
      { class: "container-body" },
      (block.tasks ?? []).map((task) => taskCard(task, ctx)),
    ),
  );
}

export const contextActions = (block, ctx) =>
  h(
    "div",
    { class: "actions" },
    block.elements.map((item) => element(item, block, ctx)),
  );

export const markdownBlock = (block) => h("div", { class: "markdown text" }, markdown(block.text));

export function video(block, ctx) {
  return h(
    "figure",
    { class: "image" },
    h("figcaption", {}, textObject(block.title, ctx.names)),
    picture({ image_url: block.thumbnail_url, alt_text: block.alt_text }, "block-image"),
    h("div", {}, link(block.title_url ?? block.video_url, "Watch the video")),
  );
}

export const fileBlock = (block) => h("div", { class: "hint" }, `Remote file ${words(block.external_id)}`);
