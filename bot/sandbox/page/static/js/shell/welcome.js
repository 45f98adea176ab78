// The first thing a newcomer reads: what this is, and three things to do. Shown once per browser.

import { freshId, h } from "../dom.js";
import { icon } from "../icons.js";

const KEY = "senderdesk.welcomed";

const STEPS = [
  [
    "people",
    "Be anybody",
    "Top right you choose whom you act as: a customer, somebody of the staff, a guest. Switch as often as you like.",
  ],
  [
    "file",
    "Drop a file",
    "Take one under Samples and drop it into the customer's channel. The app answers in its thread.",
  ],
  [
    "mail",
    "Read the e-mails",
    "Whatever the app sends by e-mail lands in the Inbox of this page. Nothing leaves your machine.",
  ],
];

export function welcome() {
  try {
    if (localStorage.getItem(KEY) || navigator.webdriver) return;
    localStorage.setItem(KEY, "1");
  } catch {
    return;
  }
  openWelcome();
}

export function openWelcome() {
  const title = freshId("welcome");
  const step = ([name, head, words]) =>
    h(
      "li",
      {},
      h("span", { class: "step-icon" }, icon(name, 22)),
      h("div", {}, h("strong", {}, head), h("p", {}, words)),
    );
  const box = h(
    "dialog",
    { class: "welcome", "aria-labelledby": title, onclose: () => box.remove() },
    h("h2", { id: title }, "A workspace to try things in"),
    h("p", {}, "It behaves like Slack, with the real app connected, and runs only here."),
    h("ol", {}, STEPS.map(step)),
    h(
      "div",
      { class: "dialog-buttons" },
      h("button", { type: "button", class: "btn primary", autofocus: true, onclick: () => box.close() }, "Start"),
    ),
  );
  document.body.append(box);
  box.showModal();
}
