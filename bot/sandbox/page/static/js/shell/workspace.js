// The panes between sidebar and edge: a channel, the app's tabs, a thread. One pane at a time on a phone.

import { avatar } from "../avatar.js";
import { h, redraw, replace } from "../dom.js";
import { icon } from "../icons.js";
import { dropInto } from "./composer.js";
import { Conversation, Thread } from "./conversation.js";
import { app, channel as channelOf, channels, doAct, hasNews, me, people } from "./desk.js";
import { Home, about } from "./home.js";
import { go, here } from "./route.js";

const TABS = [
  ["home", "Home"],
  ["messages", "Messages"],
  ["about", "About"],
];

export class Workspace {
  constructor() {
    this.conversations = new Map();
    this.headPane = h("header", { class: "pane-head" });
    this.bodyPane = h("div", { class: "pane-body" });
    this.main = h("main", { class: "main" }, this.headPane, this.bodyPane);
    this.side = h("div", { class: "thread-slot" });
    this.node = h("div", { class: "panes" }, this.main, this.side);
    dropInto(this.main, () => this.shown?.composer);
    dropInto(this.side, () => this.thread?.composer);
  }

  /** Show what the address says. */
  draw() {
    const { as, place, thread } = here();
    const where = `${as}/${place}`;
    if (where !== this.where) this.enter(as, place, where);
    this.head(place);
    this.shown?.draw();
    if (thread && this.channelId) this.openThread(as, thread);
    else this.closeThread();
  }

  enter(as, place, where) {
    this.where = where;
    this.channelId = place === "messages" ? channels().find((one) => one.im)?.id : channelOf(place)?.id;
    this.shown = this.channelId ? this.conversation(as, this.channelId) : place === "home" ? this.home(as) : null;
    replace(this.bodyPane, this.shown?.node ?? (place === "about" ? about() : null));
    this.shown?.enter();
    // The app is told; it may answer with a greeting, and its silence is nobody's trouble.
    if (place === "messages") doAct("messages").catch(() => {});
    if (this.shown?.composer && matchMedia("(hover: hover)").matches)
      this.shown.composer.field.focus({ preventScroll: true });
  }

  conversation(user, id) {
    const key = `${user}/${id}`;
    if (!this.conversations.has(key)) this.conversations.set(key, new Conversation(id, user));
    return this.conversations.get(key);
  }

  home(as) {
    this.homes ??= new Map();
    if (!this.homes.has(as)) this.homes.set(as, new Home());
    return this.homes.get(as);
  }

  head(place) {
    redraw(this.headPane, [place, channelOf(place), people(), app(), this.messagesHaveNews()], () =>
      this.headWords(place),
    );
  }

  headWords(place) {
    const back = h(
      "button",
      {
        type: "button",
        class: "plain-icon only-phone",
        "aria-label": "Back to channels",
        onclick: () => go({ place: "" }),
      },
      icon("back"),
    );
    if (TABS.some(([name]) => name === place)) return [back, this.appHead(place)];
    const channel = channelOf(place);
    if (!channel) return back;
    const members = channel.members.filter((id) => people().some((one) => one.id === id));
    const faces = members.slice(0, 3).map((id) =>
      avatar(
        people().find((one) => one.id === id),
        22,
      ),
    );
    const named = members.map((id) => people().find((one) => one.id === id).name).join(", ");
    return [
      back,
      h("h1", {}, icon(channel.private ? "lock" : "hash", 18), h("span", {}, channel.name)),
      channel.topic && h("span", { class: "topic" }, channel.topic),
      h("span", { class: "spacer" }),
      h(
        "span",
        { class: "members", title: named, role: "img", "aria-label": `${members.length} members: ${named}` },
        h("span", { class: "faces" }, faces),
        String(members.length),
      ),
    ];
  }

  appHead(place) {
    const shown = TABS.filter(
      ([name]) => (name !== "home" || app().home_tab) && (name !== "messages" || app().messages_tab),
    );
    const news = (name) => name === "messages" && name !== place && this.messagesHaveNews();
    const tab = ([name, text]) =>
      h(
        "button",
        { type: "button", role: "tab", "aria-selected": String(name === place), onclick: () => go({ place: name }) },
        text,
        news(name) && h("span", { class: "dot", title: "Something new" }),
      );
    return [
      avatar({ bot: true, name: app().name }, 26),
      h("h1", {}, h("span", {}, app().name)),
      h("div", { class: "tabs", role: "tablist", "aria-label": app().name }, shown.map(tab)),
    ];
  }

  messagesHaveNews() {
    return channels().some((one) => one.im && hasNews(me().id, one.id));
  }

  /** Put a file into what is being written: in the open thread, else in the channel shown, else in the first one. */
  attach(file) {
    const open = () => this.thread?.composer ?? this.shown?.composer;
    if (!open()) {
      go({ place: firstPlace() });
      this.draw();
    }
    open()?.attach([file]);
  }

  openThread(as, ts) {
    const key = `${as}/${this.channelId}/${ts}`;
    if (this.threadKey !== key) {
      this.threadKey = key;
      this.threads ??= new Map();
      if (!this.threads.has(key)) this.threads.set(key, new Thread(this.channelId, ts, () => go({ thread: "" })));
      this.thread = this.threads.get(key);
      replace(this.side, this.thread.node);
      this.thread.messages.sticks = true;
      if (matchMedia("(hover: hover)").matches) this.thread.composer.field.focus({ preventScroll: true });
    }
    this.side.hidden = false;
    this.thread.draw();
  }

  closeThread() {
    this.side.hidden = true;
    this.threadKey = null;
    this.thread = null;
    this.side.replaceChildren();
  }
}

/** Where a person lands who names no place: their first channel, else the app's Home. */
export const firstPlace = () => channels().find((one) => !one.im && one.has_app)?.id ?? "home";

/** Whether this person may be here; another person's channel may not be theirs. */
export const mayBe = (place) => place === "" || TABS.some(([name]) => name === place) || Boolean(channelOf(place));

export const isKnown = (id) => people().some((one) => one.id === id && !one.bot) || id === me()?.id;
