// Elements that a person types into: text, e-mail, address, number, date, time.

import { h } from "../dom.js";
import { words } from "../text/mrkdwn.js";

/** Elements that dispatch while typing wait this long for the next key (milliseconds). */
const PAUSE = 400;

function dispatches(element, block, when) {
  if (!block.dispatch_action) return false;
  const asked = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  return asked.includes(when);
}

function typed(element, block, ctx, control, key = "value") {
  const tell = () => ctx.act(block, element, { [key]: control.value || null });
  let timer;
  control.addEventListener("input", () => {
    ctx.values.set(block, element, { [key]: control.value === "" ? null : control.value });
    if (!dispatches(element, block, "on_character_entered")) return;
    clearTimeout(timer);
    timer = setTimeout(tell, PAUSE);
  });
  control.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || control.tagName === "TEXTAREA") return;
    if (!dispatches(element, block, "on_enter_pressed")) return;
    event.preventDefault();
    tell();
  });
  return control;
}

function textProps(element, block, ctx, more) {
  const value = ctx.values.get(block, element)?.value ?? "";
  return {
    class: "field",
    value,
    placeholder: words(element.placeholder),
    maxlength: element.max_length,
    autocomplete: "off",
    autofocus: element.focus_on_load,
    dataset: { action: element.action_id ?? "" },
    ...ctx.described,
    ...more,
  };
}

export function plainText(element, block, ctx) {
  const props = textProps(element, block, ctx, element.multiline ? { rows: 4 } : { type: "text" });
  return typed(element, block, ctx, h(element.multiline ? "textarea" : "input", props));
}

const line = (type, inputmode) => (element, block, ctx) =>
  typed(element, block, ctx, h("input", textProps(element, block, ctx, { type, inputmode })));

// `text` and not the browser's own kinds: Slack, not the browser, says what it refuses.
export const email = line("text", "email");
export const url = line("text", "url");
export const number = line("text", "decimal");

/** Date and time pickers: the browser's own; the value goes to the app as Slack writes it. */
function picker(element, block, ctx, type, key, toField, fromField) {
  const chosen = ctx.values.get(block, element)?.[key];
  const control = h("input", {
    type,
    class: "field picker",
    value: chosen === null || chosen === undefined ? "" : toField(chosen),
    "aria-label": ctx.described["aria-labelledby"] ? null : words(element.placeholder) || "Choose",
    dataset: { action: element.action_id ?? "" },
    ...ctx.described,
  });
  control.addEventListener("change", () =>
    ctx.change(block, element, { [key]: control.value ? fromField(control.value) : null }),
  );
  return control;
}

const same = (value) => value;
const pad = (n) => String(n).padStart(2, "0");

function localField(seconds) {
  const date = new Date(seconds * 1000);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

export const datepicker = (element, block, ctx) => picker(element, block, ctx, "date", "selected_date", same, same);
export const timepicker = (element, block, ctx) => picker(element, block, ctx, "time", "selected_time", same, same);
export const datetimepicker = (element, block, ctx) =>
  picker(element, block, ctx, "datetime-local", "selected_date_time", localField, (text) =>
    Math.floor(new Date(text).getTime() / 1000),
  );
