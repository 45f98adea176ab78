// Every Block Kit element by its type. An element that is not here is drawn as a visible box.

import { h, safeUrl } from "./dom.js";
import { button, feedbackButtons, iconButton, overflow, workflowButton } from "./elements/buttons.js";
import { checkboxes, radioButtons } from "./elements/choices.js";
import { fileInput } from "./elements/fileinput.js";
import { richInput } from "./elements/richinput.js";
import { selects } from "./elements/selects.js";
import { datepicker, datetimepicker, email, number, plainText, timepicker, url } from "./elements/typed.js";
import { plain } from "./text/mrkdwn.js";

const ELEMENTS = {
  button,
  overflow,
  checkboxes,
  datepicker,
  datetimepicker,
  timepicker,
  radio_buttons: radioButtons,
  plain_text_input: plainText,
  email_text_input: email,
  url_text_input: url,
  number_input: number,
  rich_text_input: richInput,
  file_input: fileInput,
  icon_button: iconButton,
  feedback_buttons: feedbackButtons,
  workflow_button: workflowButton,
  image: (element) => picture(element, "accessory-image"),
  ...selects,
};

/** A picture of an image element or block; one that cannot be loaded shows its alternative text. */
export function picture(source, name) {
  const address = source.image_url ?? source.slack_file?.url;
  const fallback = () =>
    h("span", { class: `${name} missing-image`, role: "img", "aria-label": source.alt_text }, source.alt_text);
  if (!safeUrl(address)) return fallback();
  const image = h("img", {
    class: name,
    src: address,
    alt: source.alt_text,
    loading: "lazy",
    referrerpolicy: "no-referrer",
  });
  image.addEventListener("error", () => image.replaceWith(fallback()));
  return image;
}

export function notRendered(what, type) {
  return h(
    "div",
    { class: "not-rendered", role: "note" },
    `This ${what} is not rendered here: `,
    h("code", {}, type ?? "no type"),
  );
}

/** One element inside `block`. */
export function element(item, block, ctx) {
  if (item.type === "plain_text" || item.type === "mrkdwn") return plain(item.text);
  const draw = ELEMENTS[item.type];
  return draw ? draw(item, block, ctx) : notRendered("element", item.type);
}
