// What the composer offers while one types: slash commands, people after @, channels after #.

import { avatar } from "../avatar.js";
import { freshId, h, replace } from "../dom.js";
import { icon } from "../icons.js";
import { app, channels, people } from "./desk.js";

const starts = (text, query) => text.toLowerCase().startsWith(query.toLowerCase());

/** Rows for what stands before the caret: {from, rows: [{label, hint, insert, id?, picture}], note?}. */
export function offers(text, caret) {
  const before = text.slice(0, caret);
  if (/^\/\S*$/.test(before)) return { from: 0, title: "Commands", rows: commandRows(before) };
  const named = /(^|\s)([@#])([^\s@#]*)$/.exec(before);
  if (!named) return { from: 0, rows: [] };
  const [, , mark, query] = named;
  return {
    from: caret - query.length - 1,
    title: mark === "@" ? "People" : "Channels",
    rows: mark === "@" ? personRows(query) : channelRows(query),
  };
}

function commandRows(query) {
  return app()
    .commands.filter((one) => starts(one.command, query))
    .map((one) => ({
      label: one.command,
      usage: one.usage_hint,
      hint: one.description,
      insert: `${one.command} `,
      picture: () => avatar({ bot: true, name: app().name }, 28),
    }));
}

function personRows(query) {
  return people()
    .filter((one) => one.name.split(/\s+/).some((part) => starts(part, query)))
    .slice(0, 8)
    .map((one) => ({
      label: one.name,
      hint: one.title,
      insert: `@${one.name} `,
      markup: [`@${one.name}`, `<@${one.id}>`],
      picture: () => avatar(one, 28),
    }));
}

function channelRows(query) {
  return channels()
    .filter((one) => !one.im && starts(one.name, query))
    .map((one) => ({
      label: one.name,
      insert: `#${one.name} `,
      markup: [`#${one.name}`, `<#${one.id}>`],
      picture: () => h("span", { class: "row-icon" }, icon(one.private ? "lock" : "hash", 18)),
    }));
}

/** The usage of the command that is being written, shown above the text while its arguments are typed. */
export function usageOf(text) {
  const name = /^(\/\S+)\s/.exec(text)?.[1];
  const found = name && app().commands.find((one) => one.command === name);
  return found ? [found.command, found.usage_hint ?? "", found.description] : null;
}

/** The list above the composer; the text field keeps the focus. */
export class OfferList {
  constructor(field, take) {
    Object.assign(this, { field, take, rows: [], active: 0 });
    this.id = freshId("offers");
    this.node = h("div", { class: "offers", id: this.id, role: "listbox", "aria-label": "Suggestions", hidden: true });
    field.setAttribute("aria-controls", this.id);
    field.setAttribute("aria-autocomplete", "list");
  }

  show({ rows, title, from }) {
    Object.assign(this, { rows, from, active: Math.min(this.active, Math.max(0, rows.length - 1)) });
    this.node.hidden = !rows.length;
    if (!rows.length) this.field.removeAttribute("aria-activedescendant");
    replace(
      this.node,
      rows.length && h("div", { class: "menu-heading" }, title),
      rows.map((row, index) => this.row(row, index)),
    );
    this.mark();
  }

  row(row, index) {
    return h(
      "div",
      {
        class: "listbox-row",
        role: "option",
        id: `${this.id}-${index}`,
        onpointerdown: (event) => (event.preventDefault(), this.take(row)),
      },
      row.picture(),
      h(
        "span",
        { class: "menu-words" },
        h("span", {}, h("strong", {}, row.label), row.usage && h("span", { class: "usage" }, ` ${row.usage}`)),
        row.hint && h("span", { class: "hint" }, row.hint),
      ),
    );
  }

  mark() {
    const nodes = this.node.querySelectorAll("[role=option]");
    nodes.forEach(
      (node, index) => (
        node.classList.toggle("active", index === this.active),
        node.setAttribute("aria-selected", String(index === this.active))
      ),
    );
    if (!nodes.length) return;
    nodes[this.active].scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", nodes[this.active].id);
  }

  /** True when the key was for the list. */
  key(event) {
    if (this.node.hidden) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.active = (this.active + step + this.rows.length) % this.rows.length;
      this.mark();
    } else if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey)) this.take(this.rows[this.active]);
    else if (event.key === "Escape") this.show({ rows: [] });
    else return false;
    event.preventDefault();
    return true;
  }
}
