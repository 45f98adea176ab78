// Where one writes: text, slash commands, files by button or by dropping them, Enter to send.

import { avatar } from "../avatar.js";
import { h, replace } from "../dom.js";
import { toast } from "../dialog.js";
import { acceptDrops, fileRow } from "../elements/fileinput.js";
import { icon } from "../icons.js";
import { menuRows, panelButton } from "../popup.js";
import { upload } from "./acts.js";
import { OfferList, offers, usageOf } from "./completion.js";
import { app, doAct } from "./desk.js";

export class Composer {
  /** `where()` answers {channel, thread_ts?}; `label` names the place: "Message #kopi". */
  constructor({ where, label, sent = () => {} }) {
    Object.assign(this, { where, sent, files: [], marks: new Map(), busy: false });
    this.field = h("textarea", {
      class: "composer-field",
      rows: 1,
      placeholder: label,
      "aria-label": label,
      oninput: () => this.typed(),
      onkeydown: (event) => this.key(event),
      onblur: () => this.list.show({ rows: [] }),
      onpaste: (event) =>
        event.clipboardData.files.length && (event.preventDefault(), this.attach([...event.clipboardData.files])),
    });
    this.list = new OfferList(this.field, (row) => this.insert(row));
    this.usage = h("div", { class: "usage-line", hidden: true });
    this.rows = h("div", { class: "file-rows" });
    this.browse = h("input", {
      type: "file",
      multiple: true,
      class: "visually-hidden",
      tabindex: "-1",
      "aria-label": "Files to attach",
      onchange: () => (this.attach([...this.browse.files]), (this.browse.value = "")),
    });
    this.go = h(
      "button",
      {
        type: "button",
        class: "send",
        title: "Send (Enter)",
        "aria-label": "Send",
        disabled: true,
        onclick: () => this.send(),
      },
      icon("send", 18),
    );
    this.node = h(
      "div",
      { class: "composer" },
      this.list.node,
      this.usage,
      h("div", { class: "composer-box" }, this.rows, this.field, this.bar()),
    );
  }

  bar() {
    return h(
      "div",
      { class: "composer-bar" },
      this.browse,
      h(
        "button",
        {
          type: "button",
          class: "plain-icon",
          title: "Attach a file",
          "aria-label": "Attach a file",
          onclick: () => this.browse.click(),
        },
        icon("plus", 18),
      ),
      panelButton(
        { class: "plain-icon", title: "Shortcuts and commands", "aria-label": "Shortcuts and commands" },
        icon("bolt", 18),
        (close) => menuRows(this.shortcuts(), close),
        { role: "menu", label: "Shortcuts and commands", class: "menu wide" },
      ),
      h("span", { class: "spacer" }),
      this.go,
    );
  }

  shortcuts() {
    const picture = () => avatar({ bot: true, name: app().name }, 24);
    const run = (one) =>
      doAct("shortcut", { callback_id: one.callback_id, ...this.where() }).catch((error) =>
        toast(error.message, "error"),
      );
    const global = app().shortcuts.filter((one) => one.type === "global");
    const commands = app().commands.map((one) => ({
      text: `${one.command} ${one.usage_hint ?? ""}`,
      hint: one.description,
      icon: picture(),
      run: () => this.write(`${one.command} `),
    }));
    return [
      ...(global.length ? [{ heading: "Shortcuts" }] : []),
      ...global.map((one) => ({ text: one.name, hint: one.description, icon: picture(), run: () => run(one) })),
      ...(commands.length ? [{ heading: "Commands" }, ...commands] : [{ heading: "The app has no commands yet" }]),
    ];
  }

  write(text) {
    this.field.value = text;
    this.field.focus();
    this.typed();
  }

  typed() {
    const { field } = this;
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 240)}px`;
    this.list.show(offers(field.value, field.selectionStart));
    const usage = usageOf(field.value);
    this.usage.hidden = !usage;
    if (usage) replace(this.usage, h("strong", {}, usage[0]), ` ${usage[1]} `, h("span", { class: "hint" }, usage[2]));
    this.check();
  }

  check() {
    const ready = this.files.every((file) => file.id || file.error);
    this.go.disabled = this.busy || !ready || !(this.field.value.trim() || this.files.some((file) => file.id));
    this.node.classList.toggle("busy", this.busy);
  }

  insert(row) {
    const { field, list } = this;
    const before = field.value.slice(0, list.from) + row.insert;
    const after = field.value.slice(field.selectionStart);
    if (row.markup) this.marks.set(...row.markup);
    field.value = before + after;
    field.setSelectionRange(before.length, before.length);
    field.focus();
    this.typed();
  }

  key(event) {
    if (event.isComposing || this.list.key(event)) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.send();
  }

  /** Send the files to the sandbox right away; the message that carries them comes with Send. */
  attach(blobs) {
    for (const blob of blobs) this.attachOne(blob);
    this.field.focus();
  }

  async attachOne(blob) {
    const file = { name: blob.name, size: blob.size };
    this.files.push(file);
    this.showFiles();
    try {
      Object.assign(file, await upload(blob, (part) => ((file.progress = part), this.showFiles())));
    } catch (error) {
      file.error = error.message;
    }
    this.showFiles();
  }

  showFiles() {
    const remove = (file) => ((this.files = this.files.filter((other) => other !== file)), this.showFiles());
    replace(
      this.rows,
      this.files.map((file) => fileRow(file, () => remove(file))),
    );
    this.check();
  }

  /** The names that were picked from the list become ids, as Slack's own client sends them. */
  markup(text) {
    return [...this.marks].reduce((shown, [name, id]) => shown.replaceAll(name, id), text);
  }

  async send() {
    const text = this.field.value.trimEnd();
    const files = this.files.filter((file) => file.id);
    this.check();
    if (this.go.disabled) return;
    this.busy = true;
    this.check();
    try {
      await this.deliver(text, files);
      this.files = this.files.filter((file) => !files.includes(file) && !file.error);
      this.showFiles();
      this.write("");
      this.sent();
    } catch (error) {
      toast(error.message, "error");
    } finally {
      this.busy = false;
      this.check();
    }
  }

  deliver(text, files) {
    // As in Slack: a blank in front makes a message of what looks like a command.
    if (text.startsWith("/") && !files.length) return doAct("command", { ...this.where(), text });
    return doAct("post", { ...this.where(), text: this.markup(text.trim()), files: files.map((file) => file.id) });
  }
}

/** Let files be dropped anywhere on `pane`: they land in the composer that `composer()` names. */
export function dropInto(pane, composer) {
  acceptDrops(pane, (files) => composer()?.attach(files));
}
