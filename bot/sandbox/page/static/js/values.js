// What a person typed and chose in one message, modal or Home: Slack's `state.values`, kept outside the nodes, so that it
// survives a redraw. A value belongs to block_id + action_id, as Slack keeps it over views.update.

const EMPTY = {
  checkboxes: (element) => ({ selected_options: element.initial_options ?? [] }),
  radio_buttons: (element) => ({ selected_option: element.initial_option ?? null }),
  static_select: (element) => ({ selected_option: element.initial_option ?? null }),
  external_select: (element) => ({ selected_option: element.initial_option ?? null }),
  users_select: (element) => ({ selected_user: element.initial_user ?? null }),
  conversations_select: (element) => ({ selected_conversation: element.initial_conversation ?? null }),
  channels_select: (element) => ({ selected_channel: element.initial_channel ?? null }),
  multi_static_select: (element) => ({ selected_options: element.initial_options ?? [] }),
  multi_external_select: (element) => ({ selected_options: element.initial_options ?? [] }),
  multi_users_select: (element) => ({ selected_users: element.initial_users ?? [] }),
  multi_conversations_select: (element) => ({ selected_conversations: element.initial_conversations ?? [] }),
  multi_channels_select: (element) => ({ selected_channels: element.initial_channels ?? [] }),
  datepicker: (element) => ({ selected_date: element.initial_date ?? null }),
  timepicker: (element) => ({ selected_time: element.initial_time ?? null }),
  datetimepicker: (element) => ({ selected_date_time: element.initial_date_time ?? null }),
  plain_text_input: (element) => ({ value: element.initial_value ?? null }),
  email_text_input: (element) => ({ value: element.initial_value ?? null }),
  url_text_input: (element) => ({ value: element.initial_value ?? null }),
  number_input: (element) => ({ value: element.initial_value ?? null }),
  rich_text_input: (element) => ({ rich_text_value: element.initial_value ?? null }),
  file_input: () => ({ files: [] }),
};

/** Every element of `blocks` that may hold a value, as [block, element]. */
function* holders(blocks) {
  for (const block of blocks ?? []) {
    for (const element of [block.element, block.accessory, ...(block.elements ?? [])]) {
      if (EMPTY[element?.type]) yield [block, element];
    }
    if (block.child_blocks) yield* holders(block.child_blocks);
  }
}

export class Values {
  #typed = new Map();

  static #key = (block, element) => JSON.stringify([block.block_id, element.action_id, element.type]);

  /** The value now: what the person did, else the element's initial value. */
  get(block, element) {
    return this.#typed.get(Values.#key(block, element)) ?? EMPTY[element.type]?.(element);
  }

  set(block, element, value) {
    this.#typed.set(Values.#key(block, element), value);
  }

  /** Slack's `state.values` for these blocks: untouched text is null, untouched multi selects and files are []. */
  state(blocks) {
    const values = {};
    for (const [block, element] of holders(blocks)) {
      (values[block.block_id] ??= {})[element.action_id] = { type: element.type, ...this.get(block, element) };
    }
    return values;
  }
}
