// The middle pane when it shows a channel or the app's Messages tab; and the thread beside it.

import { append, h, keyed, replace } from "../dom.js";
import { icon } from "../icons.js";
import { dateOf, dayName, sameDay } from "../text/time.js";
import { Composer } from "./composer.js";
import { app, channel as channelOf, me, person, store } from "./desk.js";
import { drawMessage, keyOf, signOf } from "./message.js";
import { isNew, markRead, readUpTo } from "./reading.js";
import { samplesButton } from "./samples.js";

const GROUP_SECONDS = 300;
const NEAR = 80;

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

/** Messages with the lines between them: days, and where the unread ones begin. A thread has no days. */
function rows(messages, newFrom, inThread) {
  const found = [];
  let before = null;
  for (const message of messages) {
    const date = dateOf(message.ts);
    if (!inThread && (!before || !sameDay(date, dateOf(before.ts)))) {
      found.push({
        key: `day-${date.toDateString()}`,
        sign: dayName(date),
        draw: () => h("div", { class: "day" }, h("span", {}, dayName(date))),
      });
      before = null;
    }
    if (message.ts === newFrom) {
      found.push({
        key: "new",
        sign: "",
        draw: () => h("div", { class: "new-line", role: "separator" }, h("span", {}, "New")),
      });
      before = null;
    }
    const compact = isCompact(before, message);
    found.push({ key: keyOf(message), sign: signOf(message, compact), message, compact });
    before = message;
  }
  return found;
}

/** In a thread a line with the number of replies stands below the first message. */
function withCount(found, replies) {
  if (!replies) return found;
  const words = `${replies} ${replies === 1 ? "reply" : "replies"}`;
  const at = found.findIndex((row) => row.message) + 1;
  found.splice(at, 0, { key: "replies", sign: words, draw: () => h("div", { class: "replies-line" }, words) });
  return found;
}

function isCompact(before, message) {
  if (!before || before.user !== message.user || message.subtype?.startsWith("channel_")) return false;
  return (
    !before.ephemeral === !message.ephemeral &&
    !before.replies?.count &&
    Number.parseFloat(message.ts) - Number.parseFloat(before.ts) < GROUP_SECONDS
  );
}

/** A scrolling list of messages that stays at its end while one reads there. */
class MessageList {
  constructor({ label, intro, inThread = false }) {
    Object.assign(this, { inThread, count: 0, newFrom: null });
    this.intro = intro;
    this.list = h("div", { class: "message-list", role: "log", "aria-label": label, "aria-live": "polite" });
    this.jump = h(
      "button",
      { type: "button", class: "jump", hidden: true, onclick: () => this.toEnd(true) },
      "New messages",
      icon("chevronDown", 16),
    );
    this.scroller = h(
      "div",
      {
        class: "scroller",
        tabindex: "0",
        "aria-label": label,
        onscroll: () => this.atEnd && (this.jump.hidden = true),
      },
      this.intro,
      this.list,
    );
    this.node = h("div", { class: "scroll-area" }, this.scroller, this.jump);
    // Pictures and fonts change heights after drawing: whoever reads at the end stays there.
    new ResizeObserver(() => this.sticks && this.toEnd()).observe(this.list);
    this.scroller.addEventListener("scroll", () => (this.sticks = this.atEnd));
    this.sticks = true;
  }

  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  toEnd(smooth = false) {
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth ? "smooth" : "instant" });
    this.jump.hidden = true;
  }

  draw(messages) {
    const sticks = this.sticks;
    const build = (row, old) =>
      row.draw?.() ?? drawMessage(row.message, { compact: row.compact, inThread: this.inThread }, old);
    const found = rows(messages, this.newFrom, this.inThread);
    const shown = this.inThread ? withCount(found, messages.length - 1) : found;
    keyed(
      this.list,
      shown,
      (row) => row.key,
      (row) => row.sign,
      build,
    );
    const grown = messages.length > this.count;
    const mine = messages.at(-1)?.user === me()?.id;
    this.count = messages.length;
    if (sticks || (grown && mine)) this.toEnd();
    else if (grown) this.jump.hidden = false;
  }
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
