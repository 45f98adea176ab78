// Sample files: attach one to the message that is being written, or download it to drop it in.

import { toast } from "../dialog.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { panelButton } from "../popup.js";
import { fileSize } from "../text/time.js";
import { store } from "./desk.js";

/** A button that opens the list of samples; `attach(file)` gets the one that is chosen. */
export function samplesButton(props, children, attach, align = "end") {
  return panelButton(props, children, (close) => list(attach, close), {
    label: "Sample files",
    align,
    class: "samples",
  });
}

function list(attach, close) {
  const files = store.get("tools", {}).samples ?? [];
  if (!files.length) return h("div", { class: "panel-words" }, "No sample files are here.");
  const take = async (file) => {
    close();
    try {
      const answer = await fetch(file.url);
      await attach(new File([await answer.blob()], file.name));
    } catch (error) {
      toast(error.message, "error");
    }
  };
  return [
    h("div", { class: "panel-words" }, "Click one to attach it here, or download it and drop it in."),
    files.map((file) => row(file, take)),
  ];
}

function row(file, take) {
  const hint = [file.about, fileSize(file.size)].filter(Boolean).join(" · ");
  return h(
    "div",
    { class: "sample" },
    h(
      "button",
      { type: "button", class: "sample-take", "aria-label": `Attach ${file.name}`, onclick: () => take(file) },
      h("span", { class: "file-kind" }, icon("table", 20)),
      h("span", { class: "menu-words" }, h("strong", {}, file.name), h("span", { class: "hint" }, hint)),
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
}
