// The stack of modals of one person: the top one is shown; Back goes to the one below, × closes all of them.

import { drawBlocks } from "../blocks.js";
import { freshId, h, redraw, replace } from "../dom.js";
import { icon } from "../icons.js";
import { plain, words } from "../text/mrkdwn.js";
import { avatar } from "../avatar.js";
import { app, contextFor, doAct, store } from "./desk.js";

export class Modals {
  constructor() {
    this.titleId = freshId("modal");
    this.body = h("div", { class: "modal-body" });
    this.trouble = h("div", { class: "modal-trouble", role: "alert", hidden: true });
    this.head = h("header", { class: "modal-head" });
    this.foot = h("footer", { class: "modal-foot" });
    this.box = h(
      "dialog",
      { class: "modal", "aria-labelledby": this.titleId },
      this.head,
      this.body,
      this.trouble,
      this.foot,
    );
    this.box.addEventListener("cancel", (event) => (event.preventDefault(), this.close()));
    this.box.addEventListener("keydown", (event) => this.enter(event));
    this.contexts = new Map();
    this.view = null;
    document.body.append(this.box);
  }

  /** Show the top of the stack as it is now. */
  draw() {
    const stack = store.get("modals", []);
    const view = stack.at(-1) ?? null;
    if (!view) return this.hide();
    const other = view.id !== this.view?.id;
    this.view = view;
    this.depth = stack.length;
    const ctx = this.context(view);
    if (other) {
      this.body.replaceChildren();
      this.body.scrollTop = 0;
      this.fail(null);
    }
    ctx.errors = view.errors ?? {};
    drawBlocks(this.body, view.blocks, ctx);
    this.frame();
    if (!this.box.open) this.box.showModal();
    if (other) this.focusFirst();
  }

  context(view) {
    if (!this.contexts.has(view.id)) {
      const current = () => store.get("modals", []).find((one) => one.id === view.id)?.blocks ?? view.blocks;
      this.contexts.set(view.id, contextFor(`view/${view.id}`, { view_id: view.id }, current));
    }
    return this.contexts.get(view.id);
  }

  frame() {
    const { view } = this;
    const busy = this.submitting === view.id;
    const texts = [view.id, view.title, view.submit, view.close];
    const back = () =>
      this.depth > 1 &&
      h(
        "button",
        { type: "button", class: "plain-icon modal-back", "aria-label": "Back", onclick: () => this.close() },
        icon("back"),
      );
    redraw(this.head, [texts, this.depth], () => [
      back() || avatar({ bot: true, name: app().name }, 28),
      h("h2", { id: this.titleId }, plain(words(view.title))),
      h(
        "button",
        { type: "button", class: "plain-icon", "aria-label": "Close", onclick: () => this.close(this.depth > 1) },
        icon("close"),
      ),
    ]);
    this.foot.hidden = !view.submit && !view.close;
    redraw(this.foot, [texts, busy], () => [
      (view.close || view.submit) &&
        h(
          "button",
          { type: "button", class: "btn", disabled: busy, onclick: () => this.close() },
          plain(words(view.close) || "Cancel"),
        ),
      view.submit &&
        h(
          "button",
          {
            type: "button",
            class: "btn primary modal-submit",
            "aria-busy": busy ? "true" : null,
            onclick: () => this.submit(),
          },
          plain(words(view.submit)),
        ),
    ]);
  }

  hide() {
    if (this.box.open) this.box.close();
    this.view = null;
    this.body.replaceChildren();
  }

  focusFirst() {
    const wanted =
      this.body.querySelector("[autofocus]") ??
      this.body.querySelector("input:not([type=hidden]), textarea, [contenteditable]");
    (wanted ?? this.foot.querySelector(".primary") ?? this.box).focus({ preventScroll: true });
  }

  /** Enter in a one-line field submits, as in Slack. */
  enter(event) {
    if (event.key !== "Enter" || event.defaultPrevented || event.isComposing) return;
    const plainField = event.target.matches("input.field:not(.picker)");
    if (!plainField && !(event.metaKey || event.ctrlKey)) return;
    event.preventDefault();
    if (this.view?.submit) this.submit();
  }

  fail(text) {
    this.trouble.hidden = !text;
    replace(this.trouble, text && [icon("warning", 18), h("span", {}, text)]);
  }

  async submit() {
    const { view } = this;
    const ctx = this.context(view);
    if (this.submitting) return;
    this.submitting = view.id;
    this.fail(null);
    this.frame();
    try {
      const { errors } = await doAct("submit", { view_id: view.id, values: ctx.values.state(view.blocks) });
      // The same comes over the socket in a moment; the window answers now.
      if (this.view?.id === view.id) ctx.errors = this.view.errors = errors;
    } catch (error) {
      this.fail(error.message);
    } finally {
      this.submitting = null;
    }
    if (this.view?.id === view.id) this.showErrors(ctx);
  }

  showErrors(ctx) {
    drawBlocks(this.body, this.view.blocks, ctx);
    this.frame();
    const first = this.body.querySelector(".has-error");
    first?.scrollIntoView({ block: "center" });
    first?.querySelector("input, textarea, [contenteditable]")?.focus({ preventScroll: true });
  }

  async close(all = false) {
    if (!this.view || this.submitting) return;
    try {
      await doAct("close", { view_id: this.view.id, all });
    } catch (error) {
      this.fail(error.message);
    }
  }
}
