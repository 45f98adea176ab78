// The mails that were sent: conversations on the left, the mails of one on the right.

import { avatar } from "./avatar.js";
import { h, keyed, replace } from "./dom.js";
import { icon } from "./icons.js";
import { Store } from "./shell/store.js";
import { clock, dateOf, full, moment, sameDay } from "./text/time.js";

const store = new Store("/inbox/ws");
const search = h("input", {
  type: "search",
  class: "field",
  placeholder: "Find by subject, name or words",
  "aria-label": "Find mails",
  oninput: () => draw(),
});
const rows = h("div", { class: "mail-rows" });
const list = h(
  "nav",
  { class: "mail-list", "aria-label": "Conversations" },
  h("div", { class: "mail-search" }, search),
  rows,
);
const pane = h("main", { class: "mail-pane", tabindex: "-1" });
const back = h(
  "a",
  { class: "top-button", href: "/", title: "To the workspace" },
  icon("back", 18),
  h("span", { class: "top-words" }, "Workspace"),
);
const toList = h(
  "button",
  { type: "button", class: "top-button only-phone", "aria-label": "Back to the list", onclick: () => choose("") },
  icon("list", 18),
);
const bar = h(
  "header",
  { class: "topbar" },
  h(
    "div",
    { class: "workspace" },
    icon("mail", 22),
    h("span", { class: "workspace-name inbox-name" }, "Inbox"),
    h("span", { class: "sandbox-mark" }, "Every e-mail stays here"),
  ),
  h("span", { class: "spacer" }),
  toList,
  back,
);
const page = h("div", { class: "inbox" }, bar, list, pane);
document.querySelector("#page").replaceWith(page);

const WIDE = matchMedia("(width > 760px)");
const chosen = () => decodeURIComponent(location.hash.slice(1));
const stamp = (mail) => dateOf(mail.received_at);
const short = (date) => (sameDay(date, new Date()) ? clock(date) : moment(date).split(" at ")[0]);

function choose(thread) {
  location.hash = encodeURIComponent(thread);
}

/** Conversations, the latest first; mails inside one are oldest first. */
function threads() {
  const found = new Map();
  const words = search.value.trim().toLowerCase();
  for (const mail of store
    .under("mail/")
    .sort((one, other) => one.received_at - other.received_at || one.id - other.id)) {
    if (!found.has(mail.thread)) found.set(mail.thread, []);
    found.get(mail.thread).push(mail);
  }
  const all = [...found].map(([id, mails]) => ({ id, mails, last: mails.at(-1) }));
  const matches = ({ mails }) =>
    mails.some((mail) => `${mail.subject} ${mail.from} ${mail.to} ${mail.text}`.toLowerCase().includes(words));
  return all
    .filter((thread) => !words || matches(thread))
    .sort((one, other) => other.last.received_at - one.last.received_at || other.last.id - one.last.id);
}

/** The name in "Ana <ana@kopi.example>", else the address. */
const nameIn = (address) => /^\s*"?([^"<]+?)"?\s*</.exec(address)?.[1] ?? address;

function row({ id, mails, last }) {
  return h(
    "button",
    { type: "button", class: "mail-row", "aria-current": id === chosen() ? "true" : null, onclick: () => choose(id) },
    h(
      "span",
      { class: "mail-line" },
      h("span", {}, `To ${[...new Set(mails.flatMap((mail) => mail.recipients))].join(", ")}`),
      mails.length > 1 && h("span", { class: "thread-count" }, String(mails.length)),
      h("time", { class: "time" }, short(stamp(last))),
    ),
    h("span", { class: "mail-subject" }, mails[0].subject || "(no subject)"),
    h("span", { class: "mail-preview" }, last.text.replace(/\s+/g, " ").slice(0, 140)),
  );
}

const PARTS = {
  html: (mail) =>
    fitted(
      h("iframe", {
        src: `/inbox/${mail.id}/html`,
        title: `Mail: ${mail.subject}`,
        sandbox: "allow-same-origin allow-popups allow-popups-to-escape-sandbox",
      }),
    ),
  text: (mail) => h("div", { class: "mail-text" }, mail.text || "This mail has no text part."),
  headers: (mail) =>
    h(
      "dl",
      { class: "mail-headers" },
      mail.headers.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
    ),
};

// No script runs in the frame; the same origin only lets this page read how tall the mail is.
function fitted(frame) {
  const fit = () => {
    const page = frame.contentDocument?.documentElement;
    if (page) frame.style.height = `${Math.max(120, page.scrollHeight)}px`;
  };
  frame.addEventListener("load", () => {
    frame.style.height = "0";
    fit();
    new ResizeObserver(() => frame.isConnected && fit()).observe(frame.contentDocument.body);
  });
  return frame;
}

/** Tabs for the parts of a mail, and the part that is chosen. */
function partsOf(mail) {
  const body = h("div", {});
  const names = { ...(mail.has_html ? { html: "HTML" } : {}), text: "Text", headers: "Headers" };
  const tabs = Object.entries(names).map(([name, text]) =>
    h("button", { type: "button", role: "tab", dataset: { part: name }, onclick: () => show(name) }, text),
  );
  const show = (part) => {
    for (const tab of tabs) tab.setAttribute("aria-selected", String(tab.dataset.part === part));
    replace(body, PARTS[part](mail));
  };
  show(Object.keys(names)[0]);
  return [h("div", { class: "tabs", role: "tablist", "aria-label": "Parts of the mail" }, tabs), body];
}

function mailCard(mail) {
  const [tabs, body] = partsOf(mail);
  const source = {
    href: `/inbox/${mail.id}/source`,
    title: "Download the source",
    "aria-label": "Download the source",
  };
  const from = nameIn(mail.from);
  return h(
    "article",
    { class: "mail" },
    h(
      "div",
      { class: "mail-head" },
      avatar({ id: mail.from, name: from }, 36),
      h(
        "div",
        { class: "mail-who" },
        h("div", {}, h("strong", {}, from), " ", h("span", { class: "hint" }, /<(.+)>/.exec(mail.from)?.[1] ?? "")),
        h("div", { class: "hint" }, `to ${mail.to}, `, h("time", { title: full(stamp(mail)) }, moment(stamp(mail)))),
      ),
      tabs,
      h("a", { class: "plain-icon", ...source }, icon("download", 16)),
    ),
    body,
  );
}

const empty = (title, words) =>
  h(
    "div",
    { class: "empty-state" },
    h("span", { class: "step-icon" }, icon("mail", 24)),
    h("h2", {}, title),
    h("p", {}, words),
  );

function drawPane(thread) {
  if (!thread) {
    const none = !store.under("mail/").length;
    pane.shown = null;
    replace(
      pane,
      none
        ? empty("No e-mails yet", "When the app sends one, it appears here by itself. Nothing leaves this machine.")
        : empty("Choose a conversation", "Mails about the same matter stand together."),
    );
    return;
  }
  if (pane.shown !== thread.id) replace(pane, h("h1", {}), h("div", {}));
  pane.shown = thread.id;
  replace(pane.firstChild, thread.mails[0].subject || "(no subject)");
  keyed(
    pane.lastChild,
    thread.mails,
    (mail) => mail.id,
    (mail) => mail.id,
    mailCard,
  );
}

function draw() {
  const all = threads();
  // Where both panes fit, the newest conversation is open from the start.
  if (!chosen() && all.length && WIDE.matches) history.replaceState(null, "", `#${encodeURIComponent(all[0].id)}`);
  keyed(
    rows,
    all,
    (thread) => thread.id,
    (thread) => JSON.stringify([thread.mails.map((mail) => mail.id), thread.id === chosen()]),
    row,
  );
  rows.dataset.empty = String(!all.length);
  const thread = all.find(({ id }) => id === chosen());
  drawPane(thread);
  page.dataset.pane = thread ? "mail" : "list";
  list.hidden = !store.under("mail/").length;
  page.classList.toggle("bare", list.hidden);
  document.title = `Inbox (${store.under("mail/").length})`;
}

store.onchange(() => store.ready && draw());
window.addEventListener("hashchange", draw);
store.follow("");
