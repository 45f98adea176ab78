// Nodes, never markup: whatever a person or the app wrote reaches the page as text. Nothing here or elsewhere uses innerHTML.

const PROPERTIES = new Set([
  "value",
  "checked",
  "disabled",
  "indeterminate",
  "selected",
  "hidden",
  "multiple",
  "open",
  "readOnly",
]);
const ADDRESSES = new Set(["href", "src", "action", "formaction", "poster"]);

/** An address that may be followed: http(s), mailto, tel, or a path of this page; anything else becomes null. */
export function safeUrl(value) {
  const text = String(value ?? "").trim();
  if (/^(https?:|mailto:|tel:|blob:)/i.test(text)) return text;
  if (/^[/#?]/.test(text) && !text.startsWith("//")) return text;
  return null;
}

/** One element: `h("a", {href, class, onclick, "aria-label"}, child, [children], "text")`. Falsy children vanish. */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) set(node, name, value);
  append(node, children);
  return node;
}

function set(node, name, value) {
  if (value === null || value === undefined) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (PROPERTIES.has(name)) node[name] = value;
  else if (value === false) return;
  else if (name === "dataset") Object.assign(node.dataset, value);
  else if (name === "style") for (const [key, text] of Object.entries(value)) node.style.setProperty(key, text);
  else if (ADDRESSES.has(name)) {
    const safe = safeUrl(value);
    if (safe) node.setAttribute(name, safe);
  } else node.setAttribute(name, value === true ? "" : value);
}

/** Add children; what is falsy, a count of 0 too, adds nothing: `rows.length && h(...)` reads as it means. */
export function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (!child) continue;
    node.append(child instanceof Node ? child : String(child));
  }
  return node;
}

export function replace(node, ...children) {
  node.replaceChildren();
  return append(node, children);
}

/** Draw `node` again only when `facts` changed, so that a focus inside survives what has nothing to do with it. */
export function redraw(node, facts, build) {
  const sign = JSON.stringify(facts);
  if (node.signature === sign) return;
  node.signature = sign;
  replace(node, build());
}

/**
 * Make `parent` show `items` in order, touching only what changed: a node is kept while `signature(item)` stays the
 * same, so that focus, scrolling and half-typed text survive an update from the app. `build(item, old)` may change the old
 * node and return it.
 */
export function keyed(parent, items, key, signature, build) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let place = parent.firstChild;
  for (const item of items) {
    const name = String(key(item));
    const sign = signature(item);
    let node = old.get(name);
    old.delete(name);
    if (!node || node.signature !== sign) {
      const fresh = build(item, node);
      fresh.dataset.key = name;
      fresh.signature = sign;
      if (node && node !== fresh) {
        if (place === node) place = node.nextSibling;
        node.replaceWith(fresh);
      }
      node = fresh;
    }
    if (node === place) place = node.nextSibling;
    else parent.insertBefore(node, place);
  }
  for (const node of old.values()) node.remove();
}

let counter = 0;
/** A fresh id for labels and descriptions. */
export const freshId = (prefix = "n") => `${prefix}-${++counter}`;
