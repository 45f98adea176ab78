// Things that float: menus and panels. They live in the browser's top layer (the popover API), so no scroll box cuts them off.

import { append, freshId, h } from "./dom.js";
import { icon } from "./icons.js";

/** Put `box` under `anchor` (above it when there is no room), inside the window. */
export function place(box, anchor, { align = "start", gap = 6, match = false } = {}) {
  const around = anchor.getBoundingClientRect();
  if (match) box.style.minWidth = `${Math.min(around.width, window.innerWidth - 16)}px`;
  const { width, height } = box.getBoundingClientRect();
  const left = align === "end" ? around.right - width : around.left;
  const below = window.innerHeight - around.bottom - gap >= Math.min(height, 200) || around.top < height;
  box.style.left = `${Math.max(8, Math.min(left, window.innerWidth - width - 8))}px`;
  box.style.top = `${below ? Math.min(around.bottom + gap, Math.max(8, window.innerHeight - height - 8)) : around.top - height - gap}px`;
}

/** Open `content` beside `anchor`; it closes on Escape and on a click elsewhere. Returns a function that closes it. */
export function openPanel(anchor, content, { label, align, role = "dialog", class: name = "", onclose } = {}) {
  const box = h("div", { class: `popup ${name}`, popover: "auto", role, "aria-label": label, tabindex: "-1" }, content);
  (anchor.closest("dialog") ?? document.body).append(box);
  anchor.setAttribute("aria-expanded", "true");
  box.addEventListener("toggle", (event) => {
    if (event.newState === "open") return;
    anchor.setAttribute("aria-expanded", "false");
    if (box.contains(document.activeElement)) anchor.focus();
    box.remove();
    onclose?.();
  });
  box.showPopover();
  place(box, anchor, { align });
  (box.querySelector("[autofocus], input, [role=menuitem], button") ?? box).focus({ preventScroll: true });
  return () => box.isConnected && box.hidePopover();
}

/** A button that opens a panel and closes it again when clicked twice. `make(close)` gives the content. */
export function panelButton(props, children, make, options = {}) {
  let close = null;
  const button = h("button", {
    type: "button",
    "aria-haspopup": options.role === "menu" ? "menu" : "dialog",
    "aria-expanded": "false",
    ...props,
    // A popover closes itself on pointerdown outside: remember, so that the click does not open it again.
    onpointerdown: () => (button.wasOpen = button.getAttribute("aria-expanded") === "true"),
    onclick: (event) => {
      event.stopPropagation();
      const open = button.wasOpen;
      button.wasOpen = false;
      if (open) return close?.();
      close = openPanel(
        button,
        make(() => close?.()),
        options,
      );
    },
  });
  return append(button, [children]);
}

/** Rows for a menu: {text, hint?, icon?, danger?, href?, checked?, run}, or {heading}. Arrow keys move, Enter runs. */
export function menuRows(rows, close) {
  return h(
    "div",
    { class: "menu-rows", onkeydown: moveFocus },
    rows.map((row) => (row.heading ? heading(row) : menuRow(row, close))),
  );
}

const heading = (row) => h("div", { class: "menu-heading", id: freshId("menu"), role: "presentation" }, row.heading);

function menuRow(row, close) {
  const run = () => {
    close();
    row.run?.();
  };
  return h(
    row.href ? "a" : "button",
    {
      type: row.href ? null : "button",
      href: row.href,
      target: row.href ? "_blank" : null,
      rel: row.href ? "noopener noreferrer" : null,
      class: `menu-row${row.danger ? " danger" : ""}`,
      role: row.checked === undefined ? "menuitem" : "menuitemradio",
      "aria-checked": row.checked === undefined ? null : String(row.checked),
      onclick: run,
    },
    row.icon && h("span", { class: "menu-icon" }, row.icon instanceof Node ? row.icon : icon(row.icon, 18)),
    h("span", { class: "menu-words" }, h("span", {}, row.text), row.hint && h("span", { class: "hint" }, row.hint)),
    row.badge,
    row.checked && h("span", { class: "menu-check" }, icon("check", 18)),
  );
}

function moveFocus(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const rows = [...event.currentTarget.querySelectorAll("[role^=menuitem]")];
  const next = rows.indexOf(document.activeElement) + step;
  rows.at(next % rows.length)?.focus();
}
