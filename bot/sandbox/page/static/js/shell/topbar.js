// The bar on top: which workspace, sample files, the inbox, what may go wrong, and whom the page acts as.

import { avatar } from "../avatar.js";
import { toast } from "../dialog.js";
import { h, redraw } from "../dom.js";
import { icon } from "../icons.js";
import { menuRows, panelButton } from "../popup.js";
import { doAct, hasNews, me, people, store } from "./desk.js";
import { go } from "./route.js";
import { samplesButton } from "./samples.js";

export const badges = (person) => person.badges.map((badge) => h("span", { class: `badge ${badge.kind}` }, badge.text));

export class TopBar {
  /** `attach(file)` puts a file into the message that is being written. */
  constructor(attach) {
    this.name = h("span", { class: "workspace-name" });
    this.samples = samplesButton(
      { class: "top-button", title: "Sample files" },
      [icon("file", 18), h("span", { class: "top-words" }, "Samples")],
      attach,
    );
    this.inbox = h("a", {
      class: "top-button",
      href: "/inbox",
      target: "senderdesk-inbox",
      title: "E-mails that were sent",
    });
    this.world = panelButton(
      { class: "top-button", title: "Make something go wrong" },
      [icon("globe", 18), h("span", { class: "top-words" }, "World")],
      (close) => menuRows(worldRows(), close),
      { role: "menu", label: "World", align: "end", class: "menu wide" },
    );
    this.face = h("span", { class: "acting-face" });
    this.acting = panelButton(
      { class: "acting", title: "Act as somebody else" },
      this.face,
      (close) => menuRows(peopleRows(), close),
      { role: "menu", label: "Act as", align: "end", class: "menu wide" },
    );
    this.node = h(
      "header",
      { class: "topbar" },
      h(
        "div",
        { class: "workspace" },
        avatar({ bot: true, name: "" }, 26),
        this.name,
        h("span", { class: "sandbox-mark", title: "Nothing here leaves this machine" }, "Sandbox"),
      ),
      h("span", { class: "spacer" }),
      this.samples,
      this.inbox,
      this.world,
      this.acting,
    );
  }

  draw() {
    const person = me();
    if (!person) return;
    const mails = store.get("tools", {}).mails ?? 0;
    this.name.textContent = store.get("team")?.name;
    redraw(this.inbox, mails, () => [
      icon("mail", 18),
      h("span", { class: "top-words" }, "Inbox"),
      mails > 0 &&
        h("span", { class: "count", "aria-label": `${mails} e-mail${mails === 1 ? "" : "s"}` }, String(mails)),
    ]);
    const news = people().some((one) => one.id !== person.id && unread(one.id));
    redraw(this.face, [person, news], () => [
      avatar(person, 26),
      h(
        "span",
        { class: "acting-words" },
        h("span", { class: "acting-hint" }, "Acting as"),
        h("span", { class: "acting-name" }, person.name),
      ),
      news && h("span", { class: "dot", title: "Somebody else has something new" }),
      icon("chevronDown", 16),
    ]);
  }
}

/** Whether a person has something new in any channel. */
const unread = (user) => Object.keys(store.get("pulse", {})[user] ?? {}).some((channel) => hasNews(user, channel));

function peopleRows() {
  const rows = people()
    .filter((one) => !one.bot)
    .map((one) => ({
      text: h("span", { class: "person-line" }, one.name, badges(one)),
      hint: one.title,
      icon: avatar(one, 32),
      checked: one.id === me().id,
      badge: one.id !== me().id && unread(one.id) && h("span", { class: "dot", title: "Something new" }),
      run: () => go({ as: one.id, thread: "" }),
    }));
  return [{ heading: "Act as" }, ...rows];
}

function worldRows() {
  const tools = store.get("tools", {});
  const run = (verb, facts, words) =>
    doAct(verb, facts).then(
      () => toast(words),
      (error) => toast(error.message, "error"),
    );
  const faults = (tools.faults ?? []).map((one) => ({
    text: one.text,
    hint: one.hint,
    icon: "warning",
    run: () => run("fault", { name: one.name }, `Coming up: ${one.text.toLowerCase()}.`),
  }));
  const waiting = tools.pending?.length ?? 0;
  const controls = (tools.controls ?? []).map((name) => ({
    text: name,
    icon: "bolt",
    run: () => run("control", { name }, `${name}: done.`),
  }));
  return [
    ...(controls.length ? [{ heading: "The bot" }, ...controls] : []),
    { heading: "Make something go wrong" },
    ...faults,
    ...(waiting
      ? [
          {
            text: `Let all go well again (${waiting} waiting)`,
            icon: "check",
            run: () => run("fault", { name: "clear" }, "Nothing goes wrong any more."),
          },
        ]
      : []),
  ];
}
