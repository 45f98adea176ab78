// Tables, and charts drawn as what they count: table, data_table, data_visualization.

import { h, replace } from "../dom.js";
import { element } from "../elements.js";
import { icon } from "../icons.js";
import { textObject, words } from "../text/mrkdwn.js";
import { richText, richWords } from "../text/richtext.js";

function cell(content, block, ctx) {
  if (content === null || content === undefined) return "";
  if (typeof content !== "object") return String(content);
  if (content.type === "rich_text") return richText(content, ctx.names);
  if (content.type === "raw_text") return content.text;
  if (content.type === "raw_number") return content.text ?? String(content.number ?? content.value ?? "");
  if (content.type === "mrkdwn" || content.type === "plain_text") return textObject(content, ctx.names);
  return element(content, block, ctx);
}

const cellWords = (content) =>
  typeof content !== "object" || content === null
    ? String(content ?? "")
    : content.type === "rich_text"
      ? richWords(content)
      : String(content.text?.text ?? content.text ?? content.value ?? "");

const isNumber = (content) => content?.type === "raw_number";

function row(cells, tag, block, ctx, settings = []) {
  const one = (content, index) => {
    const align = settings[index]?.align ?? (isNumber(content) ? "right" : null);
    return h(
      tag,
      {
        scope: tag === "th" ? "col" : null,
        class: settings[index]?.is_wrapped ? "wrapped" : null,
        style: align ? { "text-align": align } : {},
      },
      cell(content, block, ctx),
    );
  };
  return h("tr", {}, cells.map(one));
}

export function table(block, ctx) {
  const [head, ...rows] = block.rows ?? [[]];
  const draw = (tag) => (cells) => row(cells, tag, block, ctx, block.column_settings);
  return h(
    "div",
    { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Table" },
    h("table", { class: "table" }, h("thead", {}, draw("th")(head)), h("tbody", {}, rows.map(draw("td")))),
  );
}

function order(rows, column, down) {
  const number = (text) => Number.parseFloat(text.replace(/[,\s]/g, ""));
  const compare = (one, other) => {
    const [a, b] = [cellWords(one[column]), cellWords(other[column])];
    const [x, y] = [number(a), number(b)];
    return Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b) : x - y;
  };
  return [...rows].sort((one, other) => (down ? -1 : 1) * compare(one, other));
}

/** A table with a caption, pages and sorting by a click on a column. */
export function dataTable(block, ctx) {
  const [head, ...rows] = block.rows ?? [[]];
  const size = block.page_size ?? 5;
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const shown = { page: 0, column: -1, down: false };
  const body = h("div", {});
  const sortBy = (column) => {
    shown.down = shown.column === column && !shown.down;
    shown.column = column;
    shown.page = 0;
    draw();
  };
  const sorter = (content, column) =>
    h(
      "th",
      {
        scope: "col",
        class: isNumber(rows[0]?.[column]) ? "number" : null,
        "aria-sort": shown.column === column ? (shown.down ? "descending" : "ascending") : null,
      },
      h("button", { type: "button", onclick: () => sortBy(column) }, cell(content, block, ctx), icon("sort", 14)),
    );
  const turn = (step, label) =>
    h(
      "button",
      {
        type: "button",
        class: "btn small",
        disabled: shown.page + step < 0 || shown.page + step >= pages,
        onclick: () => ((shown.page += step), draw()),
      },
      label,
    );
  const draw = () => {
    const sorted = shown.column < 0 ? rows : order(rows, shown.column, shown.down);
    const part = sorted.slice(shown.page * size, (shown.page + 1) * size);
    replace(
      body,
      h(
        "div",
        { class: "table-scroll", tabindex: "0" },
        h(
          "table",
          { class: "table" },
          h("thead", {}, h("tr", {}, head.map(sorter))),
          h(
            "tbody",
            {},
            part.map((cells) => row(cells, "td", block, ctx)),
          ),
        ),
      ),
      pages > 1 &&
        h(
          "div",
          { class: "pager" },
          turn(-1, "Previous"),
          h("span", {}, `Page ${shown.page + 1} of ${pages}`),
          turn(1, "Next"),
        ),
    );
  };
  draw();
  return h("figure", { class: "data-table" }, h("figcaption", {}, textObject(block.caption, ctx.names)), body);
}

/** Pie segments, or the first series' points, as [label, value]. */
function points(block) {
  const chart = block.chart ?? block;
  const segments = chart.segments ?? chart.slices;
  if (segments) return segments.map((one) => [words(one.label), Number(one.value)]);
  return (chart.series ?? []).flatMap((series) =>
    (series.data ?? series.values ?? []).map((point, index) =>
      typeof point === "object"
        ? [words(point.label ?? point.x), Number(point.value ?? point.y)]
        : [words(chart.categories?.[index] ?? series.name), Number(point)],
    ),
  );
}

/** A chart as labelled bars: the same numbers, readable by everybody. */
export function dataVisualization(block, ctx) {
  const rows = points(block);
  const most = Math.max(1, ...rows.map(([, value]) => value));
  const bar = ([label, value]) =>
    h(
      "div",
      { class: "bar-row" },
      h("span", { class: "bar-label" }, label),
      h("span", { class: "bar" }, h("span", { style: { width: `${Math.max(0, (value / most) * 100)}%` } })),
      h("span", { class: "bar-value" }, String(value)),
    );
  return h("figure", { class: "chart" }, h("figcaption", {}, textObject(block.title, ctx.names)), rows.map(bar));
}
