// Avatars: initials on a colour that belongs to the person for good.

import { h } from "./dom.js";

const HUES = 18;

function hue(id) {
  let sum = 1;
  for (const character of id) sum = (sum * 31 + character.codePointAt(0)) % 99_991;
  return (sum % HUES) * (360 / HUES);
}

export function initials(name) {
  const parts = name.trim().split(/\s+/);
  const picked = parts.length > 1 ? [parts[0], parts.at(-1)] : [parts[0]];
  return picked
    .map((part) => [...part][0] ?? "")
    .join("")
    .toUpperCase();
}

/** A square of `size` pixels for a person {id, name} or the app {bot: true}. */
export function avatar(person, size = 36) {
  const style = { "--size": `${size}px`, "--hue": hue(person.id ?? person.name) };
  if (person.bot) return h("span", { class: "avatar app", style, "aria-hidden": "true" }, mark());
  return h("span", { class: "avatar", style, "aria-hidden": "true" }, initials(person.name));
}

/** The app's own mark: a speech bubble with a tick, drawn here so that nothing is fetched. */
function mark() {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 36 36");
  for (const [name, d] of [
    ["bubble", "M8 9.5h20a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H17l-6 5v-5H8a2 2 0 0 1-2-2v-11a2 2 0 0 1 2-2z"],
    ["tick", "M12.5 17.2l3.8 3.6 7.4-7.6"],
  ]) {
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", d);
    path.setAttribute("class", name);
    svg.append(path);
  }
  return svg;
}
