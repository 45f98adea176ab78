// The app's own place: Home, Messages, About.

import { avatar } from "../avatar.js";
import { drawBlocks } from "../blocks.js";
import { h, replace } from "../dom.js";
import { app, contextFor, doAct, me, store } from "./desk.js";
import { waiting } from "./message.js";

/** The Home tab; opening it tells the app, which then publishes its view. */
export class Home {
  constructor() {
    this.blocks = h("div", { class: "blocks home-blocks" });
    this.note = h("div", { class: "home-note" });
    this.node = h("div", { class: "home", tabindex: "0", "aria-label": "Home" }, this.note, this.blocks);
    this.state = "";
  }

  async enter() {
    const user = me().id;
    this.state = "asked";
    try {
      await doAct("home");
      this.state = "";
    } catch (error) {
      this.state = error.message;
    }
    if (me()?.id === user) this.draw();
  }

  draw() {
    const view = store.get("home");
    if (view && view.id !== this.viewId) {
      this.viewId = view.id;
      this.blocks.replaceChildren();
    }
    this.context ??= null;
    if (view) {
      if (this.contextId !== view.id)
        this.context = contextFor(`view/${view.id}`, { view_id: view.id }, () => store.get("home")?.blocks ?? []);
      this.contextId = view.id;
      drawBlocks(this.blocks, view.blocks, this.context);
    } else this.blocks.replaceChildren();
    replace(this.note, this.words(view));
  }

  words(view) {
    if (this.state && this.state !== "asked") return h("div", { class: "modal-trouble" }, this.state);
    if (view) return null;
    if (this.state === "asked") return waiting("Opening Home…");
    return h(
      "div",
      { class: "empty-state" },
      avatar({ bot: true, name: app().name }, 56),
      h("h2", {}, "Nothing here yet"),
      h("p", {}, "The app has not published a Home for you."),
    );
  }
}

export function about() {
  const commands = app().commands.map((one) =>
    h(
      "li",
      {},
      h("code", {}, `${one.command} ${one.usage_hint ?? ""}`.trim()),
      h("div", { class: "hint" }, one.description),
    ),
  );
  return h(
    "div",
    { class: "home about", tabindex: "0" },
    h(
      "div",
      { class: "about-head" },
      avatar({ bot: true, name: app().name }, 64),
      h("div", {}, h("h2", {}, app().name), h("p", { class: "hint" }, app().description)),
    ),
    commands.length > 0 && [h("h3", {}, "Commands"), h("ul", { class: "about-list" }, commands)],
  );
}
