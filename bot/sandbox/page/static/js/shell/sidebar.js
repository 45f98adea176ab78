// Channels, the app, and who one is.

import { avatar } from "../avatar.js";
import { h, redraw } from "../dom.js";
import { icon } from "../icons.js";
import { app, channels, hasNews, me, store } from "./desk.js";
import { go, here } from "./route.js";
import { badges } from "./topbar.js";

export class Sidebar {
  constructor() {
    this.list = h("div", { class: "side-list" });
    this.foot = h("div", { class: "side-foot" });
    this.name = h("h1", { class: "side-head" });
    this.node = h("nav", { class: "sidebar", "aria-label": "Channels and apps" }, this.name, this.list, this.foot);
  }

  draw() {
    const { place } = here();
    const person = me();
    if (!person) return;
    const joined = channels().filter((one) => !one.im);
    const direct = channels().find((one) => one.im);
    this.name.textContent = store.get("team").name;
    const news = (id) => hasNews(person.id, id) && place !== id;
    const directNews = Boolean(direct) && place !== "messages" && hasNews(person.id, direct.id);
    redraw(this.list, [place, person, joined, joined.map((one) => news(one.id)), directNews, app().name], () => [
      group(
        "Channels",
        joined.map((one) =>
          row({
            place: one.id,
            on: place === one.id,
            mark: icon(one.private ? "lock" : "hash", 18),
            text: one.name,
            more:
              one.shared.length &&
              h("span", { class: "side-tag", title: `Shared with ${one.shared.join(", ")}` }, "shared"),
            news: news(one.id),
          }),
        ),
      ),
      joined.length === 0 && h("p", { class: "side-note" }, `${person.name} is in no channel yet.`),
      group(
        "Apps",
        row({
          place: "home",
          on: ["home", "messages", "about"].includes(place),
          mark: avatar({ bot: true, name: app().name }, 20),
          text: app().name,
          news: directNews,
        }),
      ),
    ]);
    redraw(this.foot, person, () => [
      avatar(person, 36),
      h(
        "div",
        { class: "side-me" },
        h("strong", {}, person.name),
        h("span", { class: "side-title" }, person.title),
        h("span", { class: "side-badges" }, badges(person)),
      ),
    ]);
  }
}

const group = (title, rows) => h("section", {}, h("h2", {}, title), rows);

function row({ place, on, mark, text, more, news }) {
  return h(
    "button",
    {
      type: "button",
      class: `side-row${news ? " news" : ""}`,
      "aria-current": on ? "page" : null,
      onclick: () => go({ place }),
    },
    mark,
    h("span", { class: "side-text" }, text),
    more,
    news && h("span", { class: "visually-hidden" }, "has new messages"),
    news && h("span", { class: "dot" }),
  );
}
