// A list of messages with the lines between them: days, unread ones, replies; it stays at its end while one reads there.

import { h, keyed } from "../dom.js";
import { icon } from "../icons.js";
import { dateOf, dayName, sameDay } from "../text/time.js";
import { me } from "./desk.js";
import { drawMessage, keyOf, signOf } from "./message.js";

const GROUP_SECONDS = 300;
const NEAR = 80;

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
    !before.blocks?.some((block) => block.type !== "rich_text") &&
    Number.parseFloat(message.ts) - Number.parseFloat(before.ts) < GROUP_SECONDS
  );
}

/** A scrolling list of messages that stays at its end while one reads there. */
export class MessageList {
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
        onscroll: () => this.scrolled(),
      },
      this.intro,
      this.list,
    );
    this.node = h("div", { class: "scroll-area" }, this.scroller, this.jump);
    // Pictures and fonts change heights after drawing: whoever reads at the end stays there.
    new ResizeObserver(() => this.sticks && this.toEnd()).observe(this.list);
    this.sticks = true;
  }

  scrolled() {
    this.sticks = this.atEnd || Math.abs(this.scroller.scrollTop - this.end) < 2;
    if (this.atEnd) this.jump.hidden = true;
  }

  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  /** Where the end is: a last message that is taller than the window begins at its top, not at its last line. */
  get end() {
    const last = this.list.lastElementChild;
    const { scrollHeight, clientHeight } = this.scroller;
    const tall = last && last.offsetHeight > clientHeight;
    return tall ? Math.max(0, last.offsetTop - 8) : scrollHeight - clientHeight;
  }

  toEnd(smooth = false) {
    this.scroller.scrollTo({ top: this.end, behavior: smooth ? "smooth" : "instant" });
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
