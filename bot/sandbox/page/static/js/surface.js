// What a message, a modal or the Home tab offers the blocks inside it: names, values, and ways to reach the app.

import { confirmed, toast } from "./dialog.js";
import { Values } from "./values.js";

const dispatches = (block) => block.type !== "input" || block.dispatch_action;

/**
 * The context for drawBlocks. `send(block, element, value)` delivers one block action, `suggest(block, element, query)` asks
 * for an external select's options, `upload(blob, onprogress)` answers {id, name, size}. All three reject with an Error whose
 * message a person can read.
 */
export function surface({ names = {}, people, conversations, values = new Values(), send, suggest, upload }) {
  const deliver = async (block, element, value, node) => {
    node?.setAttribute("aria-busy", "true");
    try {
      await send(block, element, value);
    } catch (error) {
      toast(error.message, "error");
    } finally {
      node?.removeAttribute("aria-busy");
    }
  };
  return {
    names,
    values,
    errors: {},
    described: {},
    people: people ?? (() => []),
    conversations: conversations ?? (() => []),
    suggest,
    upload,
    toast,
    /** A click: asked to confirm first where the app wants it. */
    act: async (block, element, value, node) => {
      if (node?.getAttribute("aria-busy") === "true") return;
      if (await confirmed(element.confirm, names)) await deliver(block, element, value, node);
    },
    /** A value changed; false when the person did not confirm it. */
    change: async (block, element, value) => {
      if (!(await confirmed(element.confirm, names))) return false;
      values.set(block, element, value);
      if (dispatches(block)) deliver(block, element, value);
      return true;
    },
  };
}
