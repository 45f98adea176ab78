// Buttons and what behaves like one: they tell the app that they were clicked.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { menuRows, panelButton } from "../popup.js";
import { plain, textObject, words } from "../text/mrkdwn.js";

export function button(element, block, ctx) {
  const style = element.style === "primary" || element.style === "danger" ? ` ${element.style}` : "";
  const label = element.accessibility_label;
  const props = { class: `btn${style}`, "aria-label": label, dataset: { action: element.action_id ?? "" } };
  if (element.url) {
    const tell = () => ctx.act(block, element, {});
    return h(
      "a",
      { ...props, href: element.url, target: "_blank", rel: "noopener noreferrer", onclick: tell },
      textObject(element.text, ctx.names),
    );
  }
  return h(
    "button",
    { ...props, type: "button", onclick: (event) => ctx.act(block, element, {}, event.currentTarget) },
    textObject(element.text, ctx.names),
  );
}

export function iconButton(element, block, ctx) {
  const title = words(element.text) || element.accessibility_label || element.icon;
  const props = {
    type: "button",
    class: "btn icon-only",
    title,
    "aria-label": title,
    dataset: { action: element.action_id ?? "" },
  };
  return h(
    "button",
    { ...props, onclick: (event) => ctx.act(block, element, {}, event.currentTarget) },
    icon(element.icon === "trash" ? "trash" : "box", 16),
  );
}

export function feedbackButtons(element, block, ctx) {
  const one = (part, sign) =>
    part &&
    h(
      "button",
      {
        type: "button",
        class: "btn icon-only",
        title: words(part.text),
        "aria-label": part.accessibility_label ?? words(part.text),
        onclick: (event) => ctx.act(block, element, { value: part.value, text: part.text }, event.currentTarget),
      },
      icon(sign, 16),
    );
  return h(
    "span",
    { class: "feedback" },
    one(element.positive_button, "thumbUp"),
    one(element.negative_button, "thumbDown"),
  );
}

export function overflow(element, block, ctx) {
  const rows = (element.options ?? []).map((option) => ({
    text: plain(words(option.text)),
    hint: words(option.description),
    href: option.url,
    run: () => ctx.act(block, element, { selected_option: option }),
  }));
  return panelButton(
    { class: "btn icon-only overflow", "aria-label": "More options", dataset: { action: element.action_id ?? "" } },
    icon("more", 18),
    (close) => menuRows(rows, close),
    { role: "menu", label: "More options", class: "menu" },
  );
}

/** A workflow button starts a workflow of Slack's, which no app can see: it is shown, and says so. */
export function workflowButton(element, _block, ctx) {
  return h(
    "button",
    { type: "button", class: "btn", onclick: () => ctx.toast("Workflows do not run in the sandbox.") },
    textObject(element.text, ctx.names),
  );
}
