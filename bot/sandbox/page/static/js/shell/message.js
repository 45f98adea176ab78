// One message: who, when, what, files, replies, and what can be done with it.

import { avatar } from "../avatar.js";
import { drawBlocks } from "../blocks.js";
import { append, h, replace } from "../dom.js";
import { toast } from "../dialog.js";
import { fileIcon } from "../elements/fileinput.js";
import { icon } from "../icons.js";
import { menuRows, panelButton } from "../popup.js";
import { mrkdwn } from "../text/mrkdwn.js";
import { clock, dateOf, fileSize, full, moment } from "../text/time.js";
import { emoji } from "../text/emoji.js";
import { app, contextFor, doAct, names, person } from "./desk.js";
import { go, here, path } from "./route.js";

export const keyOf = (message) => `${message.channel}/${message.ts}${message.ephemeral ? "/mine" : ""}`;

/** What a message node depends on. */
export const signOf = (message, compact) => JSON.stringify([message, compact, person(message.user).name]);

/**
 * The node of a message. An `old` node stays in the page and only its parts change: what holds the focus is never taken out.
 */
export function drawMessage(message, { compact = false, inThread = false } = {}, old = null) {
  const node = old ?? frame();
  const { parts } = node;
  const date = dateOf(message.ts);
  const author = person(message.user);
  node.className = ["message", compact && "compact", message.ephemeral && "ephemeral"].filter(Boolean).join(" ");
  node.setAttribute("aria-label", `${author.name}, ${moment(date)}`);
  node.dataset.ts = message.ts;
  node.message = message;
  node.context ??= contextFor(
    keyOf(message),
    { channel: message.channel, ts: message.ts },
    () => node.message.blocks ?? [],
  );
  const time = () => h("time", { class: "time", datetime: date.toISOString(), title: full(date) }, clock(date));
  const typed = !author.bot && message.text;
  replace(parts.note, message.ephemeral && [icon("eye", 14), "Only visible to you"]);
  replace(parts.gutter, compact ? time() : avatar(author, 36));
  replace(parts.head, !compact && head(author, time()));
  drawBlocks(parts.blocks, message.deleted || typed ? [] : (message.blocks ?? []), node.context);
  replace(parts.words, words(message, parts.blocks.childElementCount > 0));
  replace(parts.below, attachments(message), below(message, inThread));
  if (!parts.tools.querySelector("[aria-expanded=true]")) replace(parts.tools, tools(message, inThread));
  return node;
}

/** The parts of a message, empty. */
function frame() {
  const names = {
    note: "only-you",
    gutter: "gutter",
    head: "message-head",
    words: "message-words",
    blocks: "blocks",
    below: "message-below",
    tools: "message-tools",
  };
  const parts = Object.fromEntries(Object.entries(names).map(([name, look]) => [name, h("div", { class: look })]));
  const { note, gutter, tools: bar, ...main } = parts;
  const node = h("article", {}, note, gutter, h("div", { class: "message-main" }, Object.values(main)), bar);
  node.parts = parts;
  return node;
}

// Most people are customers: only what is different is worth a mark on every message.
const TOLD = new Set(["staff", "guest", "other"]);

function head(author, time) {
  const told = author.badges.filter((badge) => TOLD.has(badge.kind));
  const marks = author.bot
    ? [h("span", { class: "badge" }, "APP")]
    : told.map((badge) => h("span", { class: `badge ${badge.kind}` }, badge.text));
  return [h("span", { class: "author" }, author.name), marks, time];
}

const HAPPENED = {
  channel_join: "joined the channel.",
  channel_leave: "left the channel.",
  group_join: "joined the channel.",
};

/** The text of a message: what a person typed (Slack's marks, names and emoji are in it), or what an app says without blocks. */
function words(message, hasBlocks) {
  if (message.deleted) return h("div", { class: "text dim" }, "This message was deleted.");
  const edited = message.edited && h("span", { class: "edited" }, " (edited)");
  if (hasBlocks) return edited;
  if (HAPPENED[message.subtype]) return h("div", { class: "text dim" }, HAPPENED[message.subtype]);
  return message.text && h("div", { class: "text" }, mrkdwn(message.text, names), edited);
}

function attachments(message) {
  return (message.attachments ?? []).map((one, index) => {
    const blocks = h("div", { class: "blocks" });
    drawBlocks(
      blocks,
      one.blocks ?? [],
      contextFor(`${keyOf(message)}/a${index}`, { channel: message.channel, ts: message.ts }, () => one.blocks ?? []),
    );
    const line = (name, text) => text && h("div", { class: name }, mrkdwn(text, names));
    const words = one.blocks
      ? []
      : [line("text", one.pretext), line("card-title", one.title), line("text", one.text ?? one.fallback)];
    const fields =
      one.fields &&
      h(
        "div",
        { class: "fields" },
        one.fields.map((field) => h("div", {}, line("card-title", field.title), line("text", field.value))),
      );
    const color = /^#?[0-9a-f]{6}$/i.test(one.color ?? "") ? `#${one.color.replace("#", "")}` : "var(--line)";
    return h("div", { class: "attachment", style: { "border-color": color } }, words, fields, blocks);
  });
}

function below(message, inThread) {
  return [
    message.files?.length && h("div", { class: "files" }, message.files.map(fileCard)),
    message.reactions?.length &&
      h(
        "div",
        { class: "reactions" },
        message.reactions.map((one) =>
          h("span", { class: "reaction", title: `:${one.name}:` }, emoji(one.name) ?? `:${one.name}:`, ` ${one.count}`),
        ),
      ),
    !inThread && message.replies?.count && replyBar(message),
  ];
}

const KINDS = {
  csv: "CSV",
  tsv: "TSV",
  xlsx: "Excel workbook",
  xls: "Excel workbook (old)",
  pdf: "PDF",
  png: "Picture",
  jpg: "Picture",
  jpeg: "Picture",
  txt: "Text",
  zip: "Zip",
  json: "JSON",
};

function fileCard(file) {
  const kind = KINDS[file.name.split(".").pop().toLowerCase()] ?? "File";
  const shown = file.picture && h("img", { class: "file-picture", src: file.url, alt: file.alt || file.name, loading: "lazy" });
  const card = h(
    "div",
    { class: "file-card" },
    h("span", { class: "file-kind" }, fileIcon(file.name)),
    h(
      "span",
      { class: "file-words" },
      h("span", { class: "file-name", title: file.name }, file.title || file.name),
      h("span", { class: "hint" }, `${kind}, ${fileSize(file.size)}`),
    ),
    h(
      "a",
      {
        class: "plain-icon",
        href: file.url,
        download: file.name,
        title: `Download ${file.name}`,
        "aria-label": `Download ${file.name}`,
      },
      icon("download", 18),
    ),
  );
  return h("div", { class: "file" }, shown, card);
}

function replyBar({ replies, ts }) {
  const faces = replies.users.slice(0, 4).map((id) => avatar(person(id), 24));
  const count = `${replies.count} ${replies.count === 1 ? "reply" : "replies"}`;
  return h(
    "button",
    { type: "button", class: "reply-bar", onclick: () => go({ thread: ts }) },
    h("span", { class: "faces" }, faces),
    h("span", { class: "reply-count" }, count),
    h("span", { class: "hint" }, `Last reply ${moment(dateOf(replies.latest))}`),
  );
}

function tools(message, inThread) {
  if (message.deleted || message.ephemeral) return null;
  const reply = () => go({ thread: message.thread_ts || message.ts });
  const shortcuts = app().shortcuts.filter((one) => one.type === "message");
  const run = (shortcut) =>
    doAct("shortcut", { callback_id: shortcut.callback_id, channel: message.channel, ts: message.ts }).catch((error) =>
      toast(error.message, "error"),
    );
  const rows = [
    ...(inThread ? [] : [{ text: "Reply in thread", icon: "reply", run: reply }]),
    { text: "Copy link", icon: "file", run: () => copyLink(message) },
    ...(shortcuts.length ? [{ heading: app().name }] : []),
    ...shortcuts.map((one) => ({ text: one.name, hint: one.description, icon: "bolt", run: () => run(one) })),
  ];
  return [
    !inThread &&
      h(
        "button",
        {
          type: "button",
          class: "plain-icon reply-button",
          title: "Reply in thread",
          "aria-label": "Reply in thread",
          onclick: reply,
        },
        icon("reply", 18),
      ),
    panelButton(
      { class: "plain-icon", title: "More actions", "aria-label": "More actions" },
      icon("more", 18),
      (close) => menuRows(rows, close),
      { role: "menu", label: "More actions", align: "end", class: "menu" },
    ),
  ];
}

function copyLink(message) {
  const address = `${location.origin}/${path({ ...here(), thread: message.thread_ts || message.ts })}`;
  navigator.clipboard?.writeText(address).then(
    () => toast("Link copied."),
    () => toast(address),
  );
}

/** A line that stands for the app's work: shown while an answer is awaited. */
export const waiting = (words) =>
  append(h("div", { class: "waiting", role: "status" }), [h("span", { class: "spinner" }), words]);
