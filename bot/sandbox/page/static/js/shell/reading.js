// What each person has read, kept in this browser: for bold channels, the "New" line, and dots beside people.

const KEY = "senderdesk.read";

function load() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

const read = load();
read.since ??= String(Date.now() / 1000);

function save() {
  try {
    localStorage.setItem(KEY, JSON.stringify(read));
  } catch {
    // A browser that keeps nothing still shows the page.
  }
}
save();

const later = (one, other) => Number.parseFloat(one) > Number.parseFloat(other);

/** Up to which timestamp this person has read the channel. */
export const readUpTo = (user, channel) => read[`${user}/${channel}`] ?? read.since;

export const isNew = (ts, user, channel) => later(ts, readUpTo(user, channel));

export function markRead(user, channel, ts) {
  if (!ts || !later(ts, readUpTo(user, channel))) return false;
  read[`${user}/${channel}`] = ts;
  save();
  return true;
}
