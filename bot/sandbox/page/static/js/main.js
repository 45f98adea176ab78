// The page of the sandbox: follow the address and the world, and draw.

import { h } from "./dom.js";
import { app, me, store } from "./shell/desk.js";
import { Modals } from "./shell/modal.js";
import { go, here } from "./shell/route.js";
import { Sidebar } from "./shell/sidebar.js";
import { TopBar } from "./shell/topbar.js";
import { welcome } from "./shell/welcome.js";
import { Workspace, firstPlace, isKnown, mayBe } from "./shell/workspace.js";

const PHONE = matchMedia("(width <= 760px)");
const sidebar = new Sidebar();
const workspace = new Workspace();
const topBar = new TopBar((file) => workspace.attach(file));
const modals = new Modals();
const notice = h("div", { class: "notice", role: "status", hidden: true });
const shell = h(
  "div",
  { class: "shell" },
  topBar.node,
  notice,
  h("div", { class: "workspace-body" }, sidebar.node, workspace.node),
);

document.querySelector("#page").replaceWith(shell);

let asked = false;

function draw() {
  asked = false;
  if (!store.ready) return;
  const { as, place } = here();
  if (!isKnown(as) || me().id !== as) return settle();
  if (!mayBe(place) || (!place && !PHONE.matches))
    go({ place: PHONE.matches && !place ? "" : firstPlace(), thread: "" }, { replace: true });
  tellTrouble();
  topBar.draw();
  sidebar.draw();
  workspace.draw();
  modals.draw();
  sidebar.draw();
  layout();
}

/** The address names nobody, or somebody who is not here: take the person that the sandbox gave. */
function settle() {
  const { as } = here();
  if (as && isKnown(as)) return;
  go({ as: me().id, place: PHONE.matches ? "" : firstPlace(), thread: "" }, { replace: true });
}

function layout() {
  const { place, thread } = here();
  shell.dataset.pane = thread ? "thread" : place ? "main" : "list";
  document.title = `${place ? workspace.main.querySelector("h1")?.textContent : "Channels"} · ${store.get("team")?.name ?? ""}`;
}

function tellTrouble() {
  const words = !store.online
    ? "The sandbox does not answer. Is it still running?"
    : app().connected
      ? ""
      : `${app().name} is not connected: it hears nothing until the bot runs.`;
  notice.hidden = !words;
  if (notice.textContent !== words) notice.textContent = words;
}

const later = () => {
  if (asked) return;
  asked = true;
  requestAnimationFrame(draw);
};

function follow() {
  store.follow(`as=${encodeURIComponent(here().as)}`);
  later();
}

store.onchange(later);
window.addEventListener("hashchange", follow);
window.addEventListener("popstate", follow);
window.addEventListener("focus", later);
PHONE.addEventListener("change", later);
follow();
welcome();
