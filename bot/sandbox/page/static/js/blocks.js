// Block Kit to nodes: one renderer per block type. What is not known is drawn as a box that says so, never as nothing.

import {
  alert,
  card,
  carousel,
  container,
  contextActions,
  fileBlock,
  markdownBlock,
  plan,
  taskCard,
  video,
} from "./blocks/cards.js";
import { actions, context, divider, header, image, input, section } from "./blocks/layout.js";
import { dataTable, dataVisualization, table } from "./blocks/tables.js";
import { h, keyed } from "./dom.js";
import { notRendered } from "./elements.js";
import { richText } from "./text/richtext.js";

const BLOCKS = {
  section,
  header,
  divider,
  image,
  context,
  actions,
  input,
  table,
  alert,
  card,
  carousel,
  plan,
  video,
  file: fileBlock,
  task_card: taskCard,
  data_table: dataTable,
  data_visualization: dataVisualization,
  context_actions: contextActions,
  markdown: markdownBlock,
  container: (block, ctx) => container(block, ctx, (inner, same) => inner.map((one) => drawBlock(one, same))),
  rich_text: (block, ctx) => h("div", { class: "text" }, richText(block, ctx.names)),
};

/** One block as a node; a block that cannot be drawn says so instead of taking the page down with it. */
export function drawBlock(block, ctx) {
  const node = h("div", {
    class: `block block-${String(block?.type).replace(/\W/g, "")}`,
    dataset: { block: block?.block_id ?? "" },
  });
  const draw = BLOCKS[block?.type];
  try {
    node.append(draw ? draw(block, ctx) : notRendered("block", block?.type));
  } catch (error) {
    console.error("block", block, error);
    node.append(notRendered("block", `${block.type} (${error.message})`));
  }
  return node;
}

/**
 * Make `parent` show `blocks`. Blocks that did not change keep their nodes, and with them focus and half-typed text.
 * `ctx` is what the surface offers its blocks; see surface.js.
 */
export function drawBlocks(parent, blocks, ctx) {
  const place = new Map((blocks ?? []).map((block, index) => [block, index]));
  keyed(
    parent,
    blocks ?? [],
    (block) => block.block_id ?? place.get(block),
    (block) => JSON.stringify([block, ctx.errors?.[block.block_id] ?? null, ctx.signature ?? ""]),
    (block) => drawBlock(block, ctx),
  );
}
