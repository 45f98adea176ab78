// Line icons of our own, 20 x 20, drawn with the text's colour.

const SHAPES = {
  hash: ["M7.5 3 5.5 17", "M14.5 3 12.5 17", "M3.5 7h13.5", "M3 13h13.5"],
  lock: ["M5 9.5h10v7H5z", "M7 9.5V7a3 3 0 0 1 6 0v2.5"],
  chevronDown: ["M5.5 8l4.5 4.5L14.5 8"],
  chevronRight: ["M8 5.5l4.5 4.5L8 14.5"],
  back: ["M12.5 4.5 7 10l5.5 5.5"],
  close: ["M5 5l10 10", "M15 5 5 15"],
  plus: ["M10 4v12", "M4 10h12"],
  send: ["M3.5 16.5 17 10 3.5 3.5 5.5 10z", "M5.5 10H17"],
  bolt: ["M11 2.5 4.5 11.5h5l-.5 6 6.5-9h-5z"],
  reply: ["M3.5 5.5a2 2 0 0 1 2-2h9a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H9l-3.5 3v-3a2 2 0 0 1-2-2z"],
  more: ["M5 10h.01", "M10 10h.01", "M15 10h.01"],
  file: ["M5 2.5h6.5l4 4v11H5z", "M11.5 2.5v4h4"],
  table: ["M3.5 4.5h13v11h-13z", "M3.5 8.5h13", "M3.5 12h13", "M8 4.5v11"],
  picture: ["M3.5 4.5h13v11h-13z", "M3.5 13.5 8 9l3.5 3.5 2-2 3 3", "M12.5 7.5h.01"],
  download: ["M10 3.5v9", "M6 9l4 4 4-4", "M4 16.5h12"],
  mail: ["M3 5h14v10.5H3z", "M3 5.5l7 5.5 7-5.5"],
  globe: [
    "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14z",
    "M3 10h14",
    "M10 3c2.3 2 3.2 4.3 3.2 7S12.3 15 10 17c-2.3-2-3.2-4.3-3.2-7S7.7 5 10 3z",
  ],
  box: ["M3.5 6.5 10 3l6.5 3.5v7L10 17l-6.5-3.5z", "M3.5 6.5 10 10l6.5-3.5", "M10 10v7"],
  eye: ["M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5z", "M10 7.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z"],
  check: ["M4.5 10.5l3.5 3.5 7.5-8"],
  search: ["M8.8 3.5a5.3 5.3 0 1 0 0 10.6 5.3 5.3 0 0 0 0-10.6z", "M12.7 12.7l3.8 3.8"],
  warning: ["M10 3 2.5 16.5h15z", "M10 8v4", "M10 14.3h.01"],
  info: ["M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14z", "M10 9.3V14", "M10 6.5h.01"],
  people: [
    "M7.5 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
    "M2 16c0-2.8 2.3-4.5 5.5-4.5S13 13.2 13 16",
    "M13.5 4.5a2.7 2.7 0 0 1 0 5",
    "M15 11.8c1.9.5 3 2 3 4.2",
  ],
  home: ["M3.5 9.5 10 3.5l6.5 6v7h-4.5v-4.5h-4v4.5H3.5z"],
  thumbUp: [
    "M3.5 9h3v7.5h-3z",
    "M6.5 9 10 3.2c1.2 0 1.9 1 1.6 2.2L11 8h4.3c1 0 1.7.9 1.5 1.9l-1.1 5.2c-.2.8-.8 1.4-1.6 1.4H6.5",
  ],
  thumbDown: [
    "M3.5 11h3V3.5h-3z",
    "M6.5 11 10 16.8c1.2 0 1.9-1 1.6-2.2L11 12h4.3c1 0 1.7-.9 1.5-1.9l-1.1-5.2c-.2-.8-.8-1.4-1.6-1.4H6.5",
  ],
  trash: ["M4 5.5h12", "M8 5.5v-2h4v2", "M5.5 5.5l.7 11h7.6l.7-11"],
  bold: ["M6 4h5a3 3 0 0 1 0 6H6z", "M6 10h6a3.2 3.2 0 0 1 0 6.4H6z"],
  italic: ["M8.5 4h6", "M5.5 16h6", "M11.8 4 8.2 16"],
  strike: [
    "M3.5 10h13",
    "M13.5 6.5C13 5 11.7 4 10 4 7.8 4 6.3 5.2 6.3 6.8c0 1 .5 1.7 1.3 2.2",
    "M6.3 13.3C6.7 15 8.2 16 10 16c2.2 0 3.8-1.2 3.8-2.9 0-.4-.1-.7-.2-1.1",
  ],
  code: ["M7 6 3 10l4 4", "M13 6l4 4-4 4"],
  list: ["M7.5 5.5h9", "M7.5 10h9", "M7.5 14.5h9", "M4 5.5h.01", "M4 10h.01", "M4 14.5h.01"],
  sort: ["M6.5 4v12", "M3.5 13l3 3 3-3", "M13.5 16V4", "M10.5 7l3-3 3 3"],
  sliders: ["M4 6h7", "M15 6h1", "M13 4v4", "M4 14h1", "M9 14h7", "M7 12v4"],
};

const SPACE = "http://www.w3.org/2000/svg";

/** A drawn icon; hidden from screen readers, since the control around it has the words. */
export function icon(name, size = 20) {
  const svg = document.createElementNS(SPACE, "svg");
  const attributes = {
    viewBox: "0 0 20 20",
    width: size,
    height: size,
    "aria-hidden": "true",
    class: `icon icon-${name}`,
  };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  for (const d of SHAPES[name] ?? SHAPES.box) {
    const path = document.createElementNS(SPACE, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
