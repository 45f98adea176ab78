// Checkboxes and radio buttons.

import { freshId, h } from "../dom.js";
import { textObject } from "../text/mrkdwn.js";

const within = (options, option) => options.some((other) => other.value === option.value);

function optionRow(type, name, option, checked, ctx, onchange) {
  const note = freshId("option");
  return h(
    "label",
    { class: "option" },
    h("input", {
      type,
      name,
      checked,
      value: option.value,
      "aria-describedby": option.description ? note : null,
      onchange,
    }),
    h(
      "span",
      {},
      h("span", { class: "option-text" }, textObject(option.text, ctx.names)),
      option.description && h("span", { class: "hint", id: note }, textObject(option.description, ctx.names)),
    ),
  );
}

function group(role, element, ctx, rows) {
  return h("div", { class: "options", role, ...ctx.described, dataset: { action: element.action_id ?? "" } }, rows);
}

export function checkboxes(element, block, ctx) {
  const name = freshId("boxes");
  const chosen = () => ctx.values.get(block, element)?.selected_options ?? [];
  const toggle = async (event, option) => {
    const box = event.currentTarget;
    const wanted = (element.options ?? []).filter((other) =>
      other.value === option.value ? box.checked : within(chosen(), other),
    );
    if (!(await ctx.change(block, element, { selected_options: wanted }))) box.checked = !box.checked;
  };
  const row = (option) =>
    optionRow("checkbox", name, option, within(chosen(), option), ctx, (event) => toggle(event, option));
  return group("group", element, ctx, (element.options ?? []).map(row));
}

export function radioButtons(element, block, ctx) {
  const name = freshId("radio");
  const chosen = () => ctx.values.get(block, element)?.selected_option ?? null;
  const pick = async (option, box) => {
    if (await ctx.change(block, element, { selected_option: option })) return;
    const before = chosen();
    for (const input of box.closest(".options").querySelectorAll("input"))
      input.checked = input.value === before?.value;
  };
  const row = (option) =>
    optionRow("radio", name, option, chosen()?.value === option.value, ctx, (event) =>
      pick(option, event.currentTarget),
    );
  return group("radiogroup", element, ctx, (element.options ?? []).map(row));
}
