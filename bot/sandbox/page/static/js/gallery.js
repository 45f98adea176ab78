// /page/gallery: every block on one page, with nobody behind it. Clicks are written down at the bottom.

import { drawBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { GALLERY } from "./gallery-blocks.js";
import { surface } from "./surface.js";

const PEOPLE = [
  { id: "U0ANA", name: "Ana Wijaya", title: "ana@kopi-nusantara.example" },
  { id: "U0RINA", name: "Rina Staff", title: "staff" },
];
const CHANNELS = [
  { id: "C0KOPI", name: "kopi-nusantara", private: false },
  { id: "C0REVIEW", name: "desk-review", private: true },
];
const log = h("ol", { class: "gallery-log", "aria-label": "What the app would hear" });

const context = surface({
  names: {
    person: (id) => PEOPLE.find((one) => one.id === id)?.name,
    channel: (id) => CHANNELS.find((one) => one.id === id)?.name,
    group: () => "@desk-staff",
  },
  people: () => PEOPLE,
  conversations: () => CHANNELS,
  send: async (block, element, value) =>
    void log.append(h("li", {}, JSON.stringify({ action_id: element.action_id, ...value }))),
  suggest: async (block, element, query) => ({
    options: ["Loyal", "New", "VIP"]
      .filter((name) => name.toLowerCase().includes(query.toLowerCase()))
      .map((name) => ({ text: { type: "plain_text", text: name }, value: name })),
  }),
  upload: async (blob, progress) => (progress(1), { id: "up1", name: blob.name, size: blob.size }),
});

const parts = Object.entries(GALLERY).map(([title, blocks]) => {
  const box = h("div", { class: "blocks" });
  drawBlocks(
    box,
    blocks.map((block, index) => ({ block_id: `${title}-${index}`, ...block })),
    context,
  );
  return h("section", { class: "gallery-part", "aria-label": title }, h("h2", {}, title), box);
});

document
  .querySelector("#page")
  .replaceWith(
    h("main", { class: "gallery" }, h("h1", {}, "Blocks"), parts, h("h2", {}, "What the app would hear"), log),
  );
window.gallery = { context, blocks: GALLERY };
