// The middle pane when it shows a channel or the app's Messages tab; and the thread beside it.

import { append, h, replace } from "../dom.js";
import { icon } from "../icons.js";
import { Composer } from "./composer.js";
import { app, channel as channelOf, person, store } from "./desk.js";
import { MessageList } from "./messages.js";
import { isNew, markRead, readUpTo } from "./reading.js";
import { samplesButton } from "./samples.js";

const byTime = (one, other) => Number.parseFloat(one.ts) - Number.parseFloat(other.ts);

/** The messages of a channel, top level or of one thread, oldest first. */
function messagesOf(channel, thread) {
  const all = store.under(`message/${channel}/`);
  return all
    .filter((one) =>
      thread ? one.thread_ts === thread || one.ts === thread : !one.thread_ts || one.thread_ts === one.ts,
    )
    .sort(byTime);
}

/** One channel, ready to be shown again when the person comes back to it. */
export class Conversation {
  constructor(id, user) {
    Object.assign(this, { id, user });
    const channel = channelOf(id);
    const starters = { attach: (file) => this.composer.attach([file]), commands: () => this.composer.write("/") };
    const label = channel?.im ? "Message Sender Desk" : `Message #${channel?.name ?? id}`;
    this.messages = new MessageList({
      label: channel?.im ? "Messages" : `Messages in ${channel?.name}`,
      intro: intro(channel, starters),
    });
    this.composer = new Composer({ where: () => ({ channel: id }), label, sent: () => this.messages.toEnd() });
    this.node = append(h("div", { class: "conversation" }), [
      this.messages.node,
      this.composer.node,
      h(
        "div",
        { class: "drop-hint" },
        icon("file", 28),
        `Drop to share in ${channel?.im ? "Sender Desk" : `#${channel?.name}`}`,
      ),
    ]);
  }

  /** Coming in: where the unread messages begin is decided now and stays until one leaves. */
  enter() {
    const first = messagesOf(this.id, "").find((one) => one.user !== this.user && isNew(one.ts, this.user, this.id));
    this.messages.newFrom = first && Number.parseFloat(readUpTo(this.user, this.id)) ? first.ts : null;
    this.messages.sticks = true;
  }

  draw() {
    const all = messagesOf(this.id, "");
    this.messages.draw(all);
    this.node.classList.toggle("empty", !all.length);
    if (document.hasFocus() || !markedOnce(this)) markRead(this.user, this.id, all.at(-1)?.ts);
  }
}

const marked = new WeakSet();
const markedOnce = (one) => marked.has(one) || (marked.add(one), false);

function intro(channel, starters) {
  if (!channel) return null;
  if (channel.im) {
    return h(
      "div",
      { class: "intro" },
      h("h2", {}, app().name),
      h("p", {}, "This is your own conversation with the app. Write to it, or drop a file here: nobody else sees it."),
      starterRow(starters),
    );
  }
  const others = channel.shared.length ? ` It is shared with ${channel.shared.join(" and ")}.` : "";
  return h(
    "div",
    { class: "intro" },
    h("h2", {}, icon(channel.private ? "lock" : "hash", 22), channel.name),
    h(
      "p",
      {},
      channel.topic ||
        `This is the very beginning of ${channel.private ? "the private channel" : "the channel"} ${channel.name}.`,
      others,
    ),
    channel.has_app
      ? starterRow(starters)
      : h("p", { class: "hint" }, "Sender Desk is not a member here: it does not see what is posted."),
  );
}

/** Two things to begin with, for whoever opens an app's channel for the first time. */
function starterRow({ attach, commands }) {
  const words = (title, hint) => h("span", {}, h("strong", {}, title), h("span", { class: "hint" }, hint));
  return h(
    "div",
    { class: "starters" },
    samplesButton(
      { class: "starter" },
      [h("span", { class: "file-kind" }, icon("file", 20)), words("Try a sample file", "Or drop one of your own here")],
      attach,
      "start",
    ),
    h(
      "button",
      { type: "button", class: "starter", onclick: commands },
      h("span", { class: "file-kind" }, icon("bolt", 20)),
      words("See the commands", "Or type / below"),
    ),
  );
}

/** The pane on the right with one message and its replies. */
export class Thread {
  constructor(channel, ts, close) {
    Object.assign(this, { channel, ts });
    this.messages = new MessageList({ label: "Thread", intro: null, inThread: true });
    this.composer = new Composer({
      where: () => ({ channel, thread_ts: ts }),
      label: "Reply…",
      sent: () => this.messages.toEnd(),
    });
    this.where = h("span", { class: "hint" });
    const head = h(
      "header",
      { class: "pane-head" },
      h(
        "button",
        { type: "button", class: "plain-icon only-phone", "aria-label": "Back", onclick: close },
        icon("back"),
      ),
      h("h2", {}, "Thread"),
      this.where,
      h("span", { class: "spacer" }),
      h(
        "button",
        { type: "button", class: "plain-icon not-phone", "aria-label": "Close thread", onclick: close },
        icon("close"),
      ),
    );
    this.node = h(
      "aside",
      {
        class: "thread",
        "aria-label": "Thread",
        onkeydown: (event) => event.key === "Escape" && !event.defaultPrevented && close(),
      },
      head,
      this.messages.node,
      this.composer.node,
    );
  }

  draw() {
    const channel = channelOf(this.channel);
    replace(this.where, channel?.im ? person(channel.with).name : `#${channel?.name ?? ""}`);
    this.messages.draw(messagesOf(this.channel, this.ts));
  }
}
