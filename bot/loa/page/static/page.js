// The form: draw or type, nothing is lost, and one click signs once. Without this script one signs by typing.
import { Pad } from "./pad.js";

const form = document.getElementById("sign");
const { strokes: kept, name } = form.elements;
const [undo, clear] = ["undo", "clear"].map((tool) => form.querySelector(`[data-tool=${tool}]`));

function before() {
  try {
    return JSON.parse(kept.value || "[]");
  } catch {
    return [];
  }
}

function choose() {
  const chosen = form.elements.way.value;
  for (const part of form.querySelectorAll("[data-way]")) part.classList.toggle("chosen", part.dataset.way === chosen);
}

document.documentElement.classList.add("scripted");
choose();
for (const way of form.elements.way) way.addEventListener("change", choose);

const pad = new Pad(form.querySelector("canvas"), {
  strokes: before(),
  changed(strokes) {
    kept.value = JSON.stringify(strokes);
    undo.disabled = clear.disabled = !strokes.length;
  },
});
undo.addEventListener("click", () => pad.undo());
clear.addEventListener("click", () => pad.clear());

const written = form.querySelector("output");
name.addEventListener("input", () => (written.textContent = name.value));

form.addEventListener("submit", (event) => {
  const button = form.querySelector("[type=submit]");
  if (button.disabled) return event.preventDefault();
  button.disabled = true;
  button.textContent = button.dataset.busy;
});
// Back from the next page: the button works again.
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
document.querySelector(".wrongs")?.focus();
