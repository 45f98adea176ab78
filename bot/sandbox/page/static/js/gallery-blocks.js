// Every block and element once, for the gallery: title -> blocks. Hostile text on purpose in "Text that attacks".

const plain = (text) => ({ type: "plain_text", text, emoji: true });
const marked = (text) => ({ type: "mrkdwn", text });
const option = (text, value = text.toLowerCase(), description) => ({
  text: plain(text),
  value,
  ...(description ? { description: plain(description) } : {}),
});
const button = (text, more = {}) => ({ type: "button", action_id: `b-${text}`, text: plain(text), ...more });
const input = (label, element, more = {}) => ({
  type: "input",
  label: plain(label),
  element: { action_id: label, ...element },
  ...more,
});
const raw = (text) => ({ type: "raw_text", text });
const cell = (number) => ({ type: "raw_number", value: number, text: String(number) });
const countries = [
  option("Indonesia", "ID", "Telkomsel, Indosat, XL"),
  option("Philippines", "PH", "Globe, Smart, DITO"),
  option("Thailand", "TH"),
  option("Singapore", "SG"),
];
const rich = (...elements) => ({ type: "rich_text", elements: [{ type: "rich_text_section", elements }] });

export const GALLERY = {
  Sections: [
    { type: "header", text: plain(":card_index_dividers: contacts-1000.csv") },
    {
      type: "section",
      text: marked(
        "*950 of 1,000 rows are ready.* 42 are rejected and 8 are repeated.\n>Rejected rows come back with a _reason_ each, ~never~ silently.\nPosted <!date^1763900000^{date_short_pretty} at {time}|earlier> by <@U0ANA> in <#C0KOPI>. See <https://example.com/a?b=1&amp;c=2|the guide>, `msisdn` and https://example.com/plain.",
      ),
    },
    {
      type: "section",
      fields: [
        marked("*Accepted*\n950"),
        marked("*Rejected*\n42"),
        marked("*Repeated*\n8"),
        marked("*Country*\n:flag-ph: Philippines"),
      ],
    },
    { type: "section", text: marked("A section with a button beside its text."), accessory: button("Change") },
    {
      type: "section",
      text: marked("With a select."),
      accessory: { type: "static_select", action_id: "s", placeholder: plain("Country"), options: countries },
    },
    {
      type: "section",
      text: marked("With more options."),
      accessory: {
        type: "overflow",
        action_id: "o",
        options: [option("Download rejected rows", "d", "A CSV with reasons"), option("Cancel", "c")],
      },
    },
    { type: "divider" },
    {
      type: "context",
      elements: [
        marked(":hourglass_flowing_sand: *In review* since <!date^1763900000^{ago}|today>"),
        marked("Usually done within 2 hours"),
      ],
    },
  ],
  Code: [{ type: "section", text: marked("```msisdn,firstName\n+6281234567890,Ana\n```\nafter the code") }],
  Buttons: [
    {
      type: "actions",
      elements: [
        button("Submit 950 contacts", { style: "primary" }),
        button("Change columns"),
        button("Cancel", {
          style: "danger",
          confirm: {
            title: plain("Cancel this file?"),
            text: marked("*contacts-1000.csv* will not be sent."),
            confirm: plain("Cancel it"),
            deny: plain("Keep it"),
            style: "danger",
          },
        }),
        button("Open", { url: "https://example.com" }),
        { type: "overflow", action_id: "more", options: [option("One"), option("Two")] },
      ],
    },
    {
      type: "actions",
      elements: [
        { type: "datepicker", action_id: "day", initial_date: "2026-11-23" },
        { type: "timepicker", action_id: "time", initial_time: "09:30" },
        { type: "users_select", action_id: "who", placeholder: plain("Who") },
        {
          type: "multi_static_select",
          action_id: "many",
          placeholder: plain("Groups"),
          options: countries,
          initial_options: countries.slice(0, 2),
        },
      ],
    },
    {
      type: "actions",
      elements: [
        { type: "radio_buttons", action_id: "radio", options: [option("Yes"), option("No")] },
        {
          type: "checkboxes",
          action_id: "check",
          options: [option("Tell me by e-mail", "mail", "Once, when it is done")],
        },
      ],
    },
    {
      type: "context_actions",
      elements: [
        {
          type: "feedback_buttons",
          action_id: "f",
          positive_button: { text: plain("Good"), value: "1" },
          negative_button: { text: plain("Bad"), value: "0" },
        },
        { type: "icon_button", action_id: "i", icon: "trash", text: plain("Delete") },
      ],
    },
  ],
  "Form fields": [
    input(
      "Company name",
      { type: "plain_text_input", placeholder: plain("As on the licence") },
      { hint: plain("Exactly as registered.") },
    ),
    input("What is it for?", { type: "plain_text_input", multiline: true }, { optional: true }),
    input("E-mail", { type: "email_text_input" }),
    input("Web page", { type: "url_text_input" }),
    input("Messages a month", { type: "number_input", is_decimal_allowed: false }),
    input("Country", {
      type: "static_select",
      placeholder: plain("Choose a country"),
      options: countries,
      initial_option: countries[1],
    }),
    input("Operators", {
      type: "multi_static_select",
      option_groups: [
        { label: plain("Indonesia"), options: [option("Telkomsel"), option("XL Axiata")] },
        { label: plain("Philippines"), options: [option("Globe"), option("Smart")] },
      ],
    }),
    input("Group", { type: "external_select", min_query_length: 1, placeholder: plain("Type to search") }),
    input("Colleagues", { type: "multi_users_select", initial_users: ["U0ANA"] }),
    input("Channel", { type: "conversations_select" }),
    input("Start", { type: "datepicker" }),
    input("Moment", { type: "datetimepicker" }),
    input("How", { type: "radio_buttons", options: [option("Now", "now", "Within minutes"), option("Tonight")] }),
    input("Tell", { type: "checkboxes", options: [option("Me"), option("My colleagues")] }),
    input("Notes", { type: "rich_text_input" }),
    input("Documents", { type: "file_input", filetypes: ["pdf", "png"], max_files: 3 }),
  ],
  "Rich text": [
    {
      type: "rich_text",
      elements: [
        {
          type: "rich_text_section",
          elements: [
            { type: "text", text: "Bold", style: { bold: true } },
            { type: "text", text: ", italic", style: { italic: true } },
            { type: "text", text: " and " },
            { type: "link", url: "https://example.com", text: "a link" },
            { type: "text", text: " " },
            { type: "user", user_id: "U0ANA" },
            { type: "emoji", name: "tada" },
          ],
        },
        {
          type: "rich_text_list",
          style: "bullet",
          elements: [
            { type: "rich_text_section", elements: [{ type: "text", text: "First" }] },
            { type: "rich_text_section", elements: [{ type: "text", text: "Second" }] },
          ],
        },
        {
          type: "rich_text_list",
          style: "ordered",
          indent: 1,
          elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "Inside" }] }],
        },
        { type: "rich_text_quote", elements: [{ type: "text", text: "Quoted" }] },
        { type: "rich_text_preformatted", elements: [{ type: "text", text: "code();" }] },
      ],
    },
    {
      type: "markdown",
      text: "# Heading\n\nWith **bold**, *italic*, ~~struck~~, `code` and [a link](https://example.com).\n\n- one\n- [x] two\n\n1. first\n2. second\n\n> quoted\n\n| Row | Reason |\n|---|---|\n| 14 | too short |\n\n```\nfenced\n```",
    },
  ],
  Tables: [
    {
      type: "table",
      column_settings: [{}, { align: "right" }, { is_wrapped: true }],
      rows: [
        [raw("Country"), raw("Rows"), raw("Reason")],
        [raw("Philippines"), cell(412), raw("Mobile numbers of Globe and Smart")],
        [
          raw("Thailand"),
          cell(97),
          rich({ type: "text", text: "needs ", style: {} }, { type: "text", text: "a check", style: { bold: true } }),
        ],
      ],
    },
    {
      type: "data_table",
      caption: plain("Rejected rows"),
      page_size: 3,
      rows: [
        [raw("Row"), raw("Reason")],
        ...[14, 90, 151, 377, 802].map((row) => [cell(row), raw(row % 2 ? "too short" : "not a mobile number")]),
      ],
    },
    {
      type: "data_visualization",
      title: plain("Accepted by country"),
      chart: {
        type: "bar",
        segments: [
          { label: "Indonesia", value: 430 },
          { label: "Philippines", value: 312 },
          { label: "Thailand", value: 208 },
        ],
      },
    },
  ],
  Newer: [
    { type: "alert", level: "warning", text: marked("*Three days left* to answer the operator.") },
    { type: "alert", level: "success", text: plain("The letter is signed.") },
    { type: "alert", level: "error", text: plain("The file could not be read.") },
    {
      type: "card",
      title: marked("KOPI in Indonesia"),
      subtitle: marked("3 of 4 operators"),
      body: marked("Waiting for XL Axiata since Monday."),
      actions: [button("Open")],
    },
    {
      type: "carousel",
      elements: [1, 2, 3].map((n) => ({
        type: "card",
        title: plain(`Agent ${n}`),
        body: marked("Ready to launch"),
        actions: [button(`Launch ${n}`)],
      })),
    },
    {
      type: "container",
      title: plain("Indonesia"),
      subtitle: plain("3 of 4"),
      is_collapsible: true,
      child_blocks: [{ type: "section", text: marked(":white_check_mark: Telkomsel\n:hourglass: XL Axiata") }],
    },
    {
      type: "plan",
      title: plain("Checking the file"),
      tasks: [
        { task_id: "1", title: "Read 1,000 rows", status: "complete" },
        { task_id: "2", title: "Check numbers", status: "in_progress" },
      ],
    },
    { type: "hologram", text: plain("not known") },
  ],
  "Text that attacks": [
    {
      type: "section",
      text: marked(
        "<script>window.hurt = 1</script> <img src=x onerror=window.hurt=1> <javascript:window.hurt=1|click me> &lt;b&gt;not bold&lt;/b&gt;",
      ),
    },
    { type: "section", text: plain("\"><svg onload=window.hurt=1> ' onmouseover='window.hurt=1") },
    { type: "actions", elements: [button("Bad link", { url: "javascript:window.hurt=1" })] },
    {
      type: "rich_text",
      elements: [
        { type: "rich_text_section", elements: [{ type: "link", url: "javascript:window.hurt=1", text: "rich link" }] },
      ],
    },
    { type: "markdown", text: "[md](javascript:window.hurt=1) <b onclick=window.hurt=1>raw</b>" },
    { type: "image", image_url: "javascript:window.hurt=1", alt_text: "<u>picture</u>" },
  ],
};
