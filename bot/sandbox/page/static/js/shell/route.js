// Where the person is, in the address: #/U0ANA/C0KOPI/1718000000.000100 = Ana, in a channel, with a thread open.

export function here() {
  const [as = "", place = "", thread = ""] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return { as, place, thread };
}

export const path = ({ as, place = "", thread = "" }) =>
  `#/${[as, place, thread].filter(Boolean).map(encodeURIComponent).join("/")}`;

/** Go somewhere: what is not named stays, except that another place closes the thread. */
export function go(change, { replace = false } = {}) {
  const now = here();
  const next = { ...now, ...change };
  if (change.place !== undefined && change.place !== now.place && change.thread === undefined) next.thread = "";
  if (path(next) === location.hash) return;
  if (replace) history.replaceState(null, "", path(next));
  else history.pushState(null, "", path(next));
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}
