// What every part of the page shares: the store, the person, names, and the context that blocks are drawn with.

import { surface } from "../surface.js";
import { Values } from "../values.js";
import { act, upload } from "./acts.js";
import { isNew } from "./reading.js";
import { here } from "./route.js";
import { Store } from "./store.js";

export const store = new Store();
export const me = () => store.get("me");
export const app = () => store.get("app", { name: "App", commands: [], shortcuts: [] });
export const people = () => store.get("people", []);
export const channels = () => store.get("channels", []);
export const person = (id) => people().find((one) => one.id === id) ?? { id, name: id || "Somebody", badges: [] };
export const channel = (id) => channels().find((one) => one.id === id) ?? null;

export const names = {
  person: (id) => people().find((one) => one.id === id)?.name,
  channel: (id) => store.get("channelNames", {})[id],
  group: (id) => store.get("groups", {})[id],
};

/** Whether somebody else wrote in a channel since this person last looked there. */
export function hasNews(user, channel) {
  const last = (store.get("pulse", {})[user] ?? {})[channel];
  return Boolean(last) && isNew(last, user, channel);
}

/** Do something as the person that the page acts as. */
export const doAct = (verb, facts = {}) => act(verb, { as: here().as, ...facts });

const kept = new Map();

/** What was typed into the blocks of one message or view; kept while the page is open. */
export function valuesFor(key) {
  if (!kept.has(key)) kept.set(key, new Values());
  return kept.get(key);
}

/**
 * The context for the blocks of a message or view. `owner` is {channel, ts} or {view_id}; `blocks()` gives its blocks as they
 * are now, for `state.values`.
 */
export function contextFor(key, owner, blocks) {
  const values = valuesFor(key);
  const facts = (block, element) => ({
    ...owner,
    block_id: block.block_id,
    action_id: element.action_id,
    values: values.state(blocks()),
  });
  return surface({
    names,
    values,
    upload,
    people: () => people().filter((one) => !one.bot),
    conversations: () => channels().filter((one) => !one.im),
    send: (block, element, value) => doAct("action", { ...facts(block, element), value }),
    suggest: (block, element, query) => doAct("suggest", { ...facts(block, element), query }),
  });
}
