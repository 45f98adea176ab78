// One box for every select: type to narrow, arrows to move, Enter to choose; chips when several may be chosen.

import { freshId, h, replace } from "../dom.js";
import { icon } from "../icons.js";
import { place } from "../popup.js";

/** Options that a list of fewer than this many needs no keyboard on a phone. */
const FEW = 8;

/**
 * A select. `load(query)` answers groups [{label?, options: [{value, label, hint?, picture?}]}] (or a promise of them);
 * `choose(values)` is told the new list and answers false to refuse it. `most` > 1 makes chips.
 */
export class Combo {
  constructor({
    load,
    chosen,
    choose,
    multi = false,
    most = 0,
    placeholder,
    few = false,
    wait = 0,
    described = {},
    action = "",
    least = 0,
  }) {
    Object.assign(this, { load, chosen, choose, multi, most, wait, least, options: [], active: -1, turn: 0 });
    this.listId = freshId("list");
    this.input = h("input", {
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      inputmode: few && !multi ? "none" : null,
      placeholder,
      "aria-label": described["aria-labelledby"] ? null : placeholder || "Choose",
      "aria-expanded": "false",
      "aria-controls": this.listId,
      "aria-autocomplete": "list",
      ...described,
      onfocus: () => this.input.select(),
      onclick: () => this.open(),
      oninput: () => this.search(),
      onkeydown: (event) => this.key(event),
      onblur: () => this.close(),
    });
    this.chips = h("span", { class: "chips" });
    this.list = h("div", {
      class: "listbox popup",
      id: this.listId,
      role: "listbox",
      popover: "manual",
      "aria-multiselectable": multi ? "true" : null,
    });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.node = h(
      "div",
      { class: `combo${multi ? " multi" : ""}`, dataset: { action } },
      this.chips,
      this.input,
      icon("chevronDown", 16),
      this.list,
    );
    this.node.addEventListener(
      "pointerdown",
      (event) => event.target === this.node && (event.preventDefault(), this.input.focus(), this.open()),
    );
    this.show();
  }

  get isOpen() {
    return this.list.matches(":popover-open");
  }

  show() {
    if (!this.multi) this.input.value = this.chosen[0]?.label ?? "";
    replace(this.chips, this.multi ? this.chosen.map((option) => this.chip(option)) : []);
  }

  chip(option) {
    const remove = () => this.commit(this.chosen.filter((other) => other.value !== option.value));
    return h(
      "span",
      { class: "chip" },
      option.picture?.(),
      h("span", { class: "chip-text" }, option.label),
      h("button", { type: "button", "aria-label": `Remove ${option.label}`, onclick: remove }, "×"),
    );
  }

  open() {
    if (this.isOpen || !this.node.isConnected) return;
    this.list.showPopover();
    this.input.setAttribute("aria-expanded", "true");
    this.refresh(this.multi ? this.input.value : "");
  }

  close() {
    if (!this.isOpen) return;
    this.list.hidePopover();
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.input.value = "";
    this.show();
  }

  search() {
    this.open();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(this.input.value), this.wait);
  }

  async refresh(query) {
    const turn = ++this.turn;
    if (query.trim().length < this.least)
      return this.say(`Type at least ${this.least} character${this.least === 1 ? "" : "s"}`);
    const answer = this.load(query.trim());
    if (answer instanceof Promise) this.say("Looking…");
    try {
      const groups = await answer;
      if (turn === this.turn) this.fill(groups);
    } catch (error) {
      if (turn === this.turn) this.say(`Could not load options: ${error.message}`);
    }
  }

  say(text) {
    this.options = [];
    this.active = -1;
    replace(this.list, h("div", { class: "listbox-note", role: "presentation" }, text));
    place(this.list, this.node, { match: true });
  }

  fill(groups) {
    this.options = [];
    const nodes = groups
      .filter((group) => group.options.length)
      .map((group) => {
        const label = freshId("group");
        const rows = group.options.map((option) => this.row(option));
        return h(
          "div",
          { role: "group", "aria-labelledby": group.label ? label : null },
          group.label && h("div", { class: "menu-heading", id: label }, group.label),
          rows,
        );
      });
    if (!nodes.length) return this.say("No match");
    replace(this.list, nodes);
    place(this.list, this.node, { match: true });
    const first = this.options.findIndex(({ option }) => this.has(option));
    this.activate(first < 0 ? 0 : first);
  }

  has(option) {
    return this.chosen.some((other) => other.value === option.value);
  }

  row(option) {
    const index = this.options.length;
    const node = h(
      "div",
      {
        id: freshId("option"),
        role: "option",
        class: "listbox-row",
        "aria-selected": String(this.has(option)),
        onclick: () => this.take(option),
        onpointermove: () => this.active !== index && this.activate(index, false),
      },
      option.picture?.(),
      h(
        "span",
        { class: "menu-words" },
        h("span", {}, option.label),
        option.hint && h("span", { class: "hint" }, option.hint),
      ),
      this.has(option) && icon("check", 16),
    );
    this.options.push({ option, node });
    return node;
  }

  activate(index, scroll = true) {
    this.options[this.active]?.node.classList.remove("active");
    this.active = index;
    const node = this.options[index]?.node;
    if (!node) return;
    node.classList.add("active");
    if (scroll) node.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", node.id);
  }

  take(option) {
    if (!this.multi) return this.commit([option]);
    const without = this.chosen.filter((other) => other.value !== option.value);
    if (without.length < this.chosen.length) return this.commit(without);
    if (this.most && this.chosen.length >= this.most) return this.say(`Up to ${this.most} can be chosen`);
    return this.commit([...this.chosen, option]);
  }

  async commit(options) {
    const before = this.chosen;
    this.chosen = options;
    if (this.isOpen) this.close();
    else this.show();
    if ((await this.choose(options)) !== false) return;
    this.chosen = before;
    this.show();
  }

  key(event) {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) {
      event.preventDefault();
      if (this.isOpen) this.activate((this.active + move + this.options.length) % (this.options.length || 1));
      else this.open();
    } else if (event.key === "Enter" && this.isOpen) {
      event.preventDefault();
      if (this.options[this.active]) this.take(this.options[this.active].option);
    } else if (event.key === "Escape" && this.isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "Backspace" && this.multi && !this.input.value && this.chosen.length) {
      this.commit(this.chosen.slice(0, -1));
    }
  }
}

export const isFew = (count) => count < FEW;
