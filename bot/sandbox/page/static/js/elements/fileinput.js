// file_input: files are sent to the sandbox at once, with progress; the form then holds their ids.

import { h, replace } from "../dom.js";
import { icon } from "../icons.js";
import { fileSize } from "../text/time.js";

export const fileIcon = (name) =>
  icon(
    /\.(csv|tsv|xlsx?|ods)$/i.test(name) ? "table" : /\.(png|jpe?g|gif|webp|svg)$/i.test(name) ? "picture" : "file",
    20,
  );

/** A row for one file: name, size, progress, and a button that takes it away. */
export function fileRow(file, remove) {
  const bar = h("progress", { max: 1, value: file.progress ?? 0, "aria-label": `Sending ${file.name}` });
  return h(
    "div",
    { class: `file-row${file.error ? " failed" : ""}` },
    h("span", { class: "file-kind" }, fileIcon(file.name)),
    h(
      "span",
      { class: "file-words" },
      h("span", { class: "file-name" }, file.name),
      h("span", { class: "hint" }, file.error ?? fileSize(file.size)),
    ),
    !file.id && !file.error && bar,
    h(
      "button",
      { type: "button", class: "plain-icon", "aria-label": `Remove ${file.name}`, onclick: remove },
      icon("close", 16),
    ),
  );
}

/** Let files be dropped on `node`; it wears the class "dropping" meanwhile. */
export function acceptDrops(node, take) {
  let depth = 0;
  const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const mark = (change) => (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    depth = Math.max(0, depth + change);
    node.classList.toggle("dropping", depth > 0);
  };
  node.addEventListener("dragenter", mark(1));
  node.addEventListener("dragleave", mark(-1));
  node.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
  node.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    event.stopPropagation();
    depth = 0;
    node.classList.remove("dropping");
    take([...event.dataTransfer.files]);
  });
}

function refusal(file, element, count) {
  const kinds = element.filetypes ?? [];
  const kind = file.name.split(".").pop().toLowerCase();
  if (count >= (element.max_files ?? 10))
    return `Only ${element.max_files ?? 10} file${(element.max_files ?? 10) === 1 ? "" : "s"} here`;
  if (kinds.length && !kinds.includes(kind))
    return `.${kind} does not go here; it takes ${kinds.map((one) => `.${one}`).join(", ")}`;
  return file.size > 10_000_000 ? "Over 10 MB, Slack's limit for files in a form" : null;
}

export function fileInput(element, block, ctx) {
  const rows = h("div", { class: "file-rows" });
  let files = [...(ctx.values.get(block, element)?.files ?? [])];
  const store = () => ctx.values.set(block, element, { files: files.filter((file) => file.id && !file.error) });
  const show = () =>
    replace(
      rows,
      files.map((file) => fileRow(file, () => ((files = files.filter((other) => other !== file)), store(), show()))),
    );
  const add = async (blob) => {
    const file = {
      name: blob.name,
      size: blob.size,
      error: refusal(blob, element, files.filter((one) => !one.error).length),
    };
    files.push(file);
    show();
    if (file.error) return;
    try {
      Object.assign(file, await ctx.upload(blob, (part) => ((file.progress = part), show())));
    } catch (error) {
      file.error = error.message;
    }
    store();
    show();
  };
  const browse = h("input", {
    type: "file",
    class: "visually-hidden",
    multiple: (element.max_files ?? 10) > 1,
    accept: (element.filetypes ?? []).map((kind) => `.${kind}`).join(",") || null,
    dataset: { action: element.action_id ?? "" },
    ...ctx.described,
    onchange: () => ([...browse.files].forEach(add), (browse.value = "")),
  });
  const zone = h(
    "label",
    { class: "drop-zone" },
    browse,
    icon("plus", 18),
    h("span", {}, h("strong", {}, "Choose files"), " or drop them here"),
  );
  acceptDrops(zone, (dropped) => dropped.forEach(add));
  show();
  return h("div", { class: "file-input" }, rows, zone);
}
