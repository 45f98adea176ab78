// The selects of Block Kit over one combo box: static, external, users, conversations, channels; one or many.

import { avatar } from "../avatar.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { words } from "../text/mrkdwn.js";
import { Combo, isFew } from "./combo.js";

const matches = (text, query) => text.toLowerCase().includes(query.toLowerCase());
const narrowed = (groups, query) =>
  groups.map((group) => ({
    ...group,
    options: group.options.filter((option) => matches(`${option.label} ${option.hint ?? ""}`, query)),
  }));

/** Slack's option objects as rows; `option` keeps the object, since that is what the app gets back. */
const row = (option) => ({ value: option.value, label: words(option.text), hint: words(option.description), option });

function optionGroups({ options, option_groups: groups }) {
  if (groups?.length) return groups.map((group) => ({ label: words(group.label), options: group.options.map(row) }));
  return [{ options: (options ?? []).map(row) }];
}

/** What differs between the kinds: where options come from, and under which key the choice goes to the app. */
const KINDS = {
  static: {
    one: "selected_option",
    many: "selected_options",
    source: (element) => {
      const groups = optionGroups(element);
      return { groups, load: (query) => narrowed(groups, query) };
    },
    toRow: row,
    toValue: (chosen) => chosen.option,
  },
  external: {
    one: "selected_option",
    many: "selected_options",
    source: (element, block, ctx) => ({
      load: async (query) => optionGroups(await ctx.suggest(block, element, query)),
      wait: 250,
      least: element.min_query_length ?? 3,
    }),
    toRow: row,
    toValue: (chosen) => chosen.option,
  },
  users: listed("selected_user", "selected_users", (ctx) => ctx.people().map(personRow)),
  conversations: listed("selected_conversation", "selected_conversations", conversationRows),
  channels: listed("selected_channel", "selected_channels", (ctx) =>
    ctx
      .conversations()
      .filter((one) => !one.private)
      .map(channelRow),
  ),
};

function listed(one, many, rows) {
  const source = (element, _block, ctx) => {
    const groups = [{ options: rows(ctx, element) }];
    return { groups, load: (query) => narrowed(groups, query) };
  };
  const toRow = (id, element, ctx) =>
    rows(ctx, element).find((other) => other.value === id) ?? { value: id, label: id };
  return { one, many, source, toRow, toValue: (chosen) => chosen.value };
}

function personRow(person) {
  return { value: person.id, label: person.name, hint: person.title, picture: () => avatar(person, 20) };
}

function channelRow(channel) {
  return {
    value: channel.id,
    label: channel.name,
    picture: () => h("span", { class: "row-icon" }, icon(channel.private ? "lock" : "hash", 16)),
  };
}

function conversationRows(ctx, element) {
  const kinds = element.filter?.include;
  const channels = ctx
    .conversations()
    .filter((one) => !kinds || kinds.includes(one.private ? "private" : "public"))
    .map(channelRow);
  return !kinds || kinds.includes("im") ? [...channels, ...ctx.people().map(personRow)] : channels;
}

function select(kindName, multi) {
  const kind = KINDS[kindName];
  return (element, block, ctx) => {
    const { groups, load, wait, least } = kind.source(element, block, ctx);
    const value = ctx.values.get(block, element);
    const chosen = multi ? (value?.[kind.many] ?? []) : [value?.[kind.one]].filter(Boolean);
    const choose = (rows) => {
      const picked = rows.map(kind.toValue);
      return ctx.change(block, element, multi ? { [kind.many]: picked } : { [kind.one]: picked[0] ?? null });
    };
    const combo = new Combo({
      load,
      wait,
      least,
      multi,
      choose,
      most: element.max_selected_items,
      chosen: chosen.map((one) => kind.toRow(one, element, ctx)),
      placeholder: words(element.placeholder) || (multi ? "Choose one or more" : "Choose"),
      few: groups ? isFew(groups.flatMap((group) => group.options).length) : false,
      described: ctx.described,
      action: element.action_id,
    });
    return combo.node;
  };
}

/** Renderer by element type: static_select, multi_static_select, external_select, ... */
export const selects = Object.fromEntries(
  Object.keys(KINDS).flatMap((name) => [
    [`${name}_select`, select(name, false)],
    [`multi_${name}_select`, select(name, true)],
  ]),
);
