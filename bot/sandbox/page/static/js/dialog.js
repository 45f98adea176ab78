// Small dialogs of the browser's own kind: focus stays inside, Escape closes, the page behind is out of reach.

import { freshId, h } from "./dom.js";
import { textObject } from "./text/mrkdwn.js";

/** Ask a Block Kit `confirm` object; true when the person agreed. Nothing to ask: true at once. */
export function confirmed(question, names) {
  if (!question) return Promise.resolve(true);
  return new Promise((resolve) => {
    const title = freshId("confirm");
    const box = h(
      "dialog",
      { class: "confirm", "aria-labelledby": title, onclose: () => (resolve(box.returnValue === "yes"), box.remove()) },
      h("h2", { id: title }, textObject(question.title, names)),
      h("div", { class: "confirm-text text" }, textObject(question.text, names)),
      h(
        "div",
        { class: "dialog-buttons" },
        h(
          "button",
          { type: "button", class: "btn", onclick: () => box.close("no") },
          textObject(question.deny ?? "Cancel", names),
        ),
        h(
          "button",
          {
            type: "button",
            class: `btn ${question.style === "danger" ? "danger" : "primary"}`,
            autofocus: true,
            onclick: () => box.close("yes"),
          },
          textObject(question.confirm ?? "Confirm", names),
        ),
      ),
    );
    document.body.append(box);
    box.showModal();
  });
}

let region = null;

/** A short notice at the bottom; `kind` is "error" or "info". Errors stay until closed, the rest for some seconds. */
export function toast(text, kind = "info") {
  region ??= h("div", { class: "toasts", role: "status", "aria-live": "polite", popover: "manual" });
  const dialogs = document.querySelectorAll("dialog[open]");
  const home = dialogs[dialogs.length - 1] ?? document.body;
  if (region.parentNode !== home) home.append(region);
  if (region.matches(":popover-open")) region.hidePopover();
  region.showPopover();
  const note = h(
    "div",
    { class: `toast ${kind}` },
    h("span", {}, text),
    h("button", { type: "button", class: "toast-close", "aria-label": "Dismiss", onclick: () => dismiss(note) }, "×"),
  );
  region.append(note);
  setTimeout(() => dismiss(note), kind === "error" ? 12_000 : 5_000);
}

function dismiss(note) {
  note.remove();
  if (region && !region.children.length && region.matches(":popover-open")) region.hidePopover();
}
