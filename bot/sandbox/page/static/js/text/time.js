// Times as the reader's own clock shows them. Slack's `ts` is seconds since 1970, as text.

const day = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
const format = (date, options) => new Intl.DateTimeFormat("en-GB", options).format(date);

export const dateOf = (ts) => new Date(Number.parseFloat(ts) * 1000);
export const clock = (date) => format(date, { hour: "2-digit", minute: "2-digit" });
export const full = (date) =>
  format(date, { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" });
export const sameDay = (one, other) => day(one) === day(other);

function relativeDay(date, now = new Date()) {
  const days = Math.round((day(now) - day(date)) / 86_400_000);
  return { 0: "today", 1: "yesterday", [-1]: "tomorrow" }[days] ?? null;
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** The line between two days of a channel. */
export function dayName(date) {
  const relative = relativeDay(date);
  if (relative) return capital(relative);
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return format(date, { weekday: "long", day: "numeric", month: "long", year });
}

/** "today at 10:31", "12 May at 09:00". */
export function moment(date) {
  return `${relativeDay(date) ?? format(date, { day: "numeric", month: "short" })} at ${clock(date)}`;
}

/** "just now", "4 minutes ago", "in 2 hours": Slack's {ago}. */
export function ago(date, now = new Date()) {
  const seconds = Math.round((now - date) / 1000);
  const size = Math.abs(seconds);
  const units = [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ];
  for (const [unit, length] of units) {
    if (size < length) continue;
    const n = Math.floor(size / length);
    const words = `${n} ${unit}${n === 1 ? "" : "s"}`;
    return seconds < 0 ? `in ${words}` : `${words} ago`;
  }
  return "just now";
}

const TOKENS = {
  date_num: (date) =>
    [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((n) => String(n).padStart(2, "0")).join("-"),
  date_slash: (date) => format(date, { day: "2-digit", month: "2-digit", year: "numeric" }),
  date: (date) => format(date, { day: "numeric", month: "long", year: "numeric" }),
  date_long: (date) => format(date, { weekday: "long", day: "numeric", month: "long", year: "numeric" }),
  date_long_full: (date) => format(date, { weekday: "long", day: "numeric", month: "long", year: "numeric" }),
  date_short: (date) => format(date, { day: "numeric", month: "short", year: "numeric" }),
  date_pretty: (date) => relativeDay(date) ?? TOKENS.date(date),
  date_short_pretty: (date) => relativeDay(date) ?? TOKENS.date_short(date),
  date_long_pretty: (date) => relativeDay(date) ?? TOKENS.date_long(date),
  day_divider_pretty: (date) => relativeDay(date) ?? TOKENS.date_long(date),
  time: clock,
  time_secs: (date) => format(date, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  ago,
};

/** Seconds since 1970, as an app wrote them; null when they are no time. */
export function readDate(seconds) {
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** Slack's `<!date^1392734382^{date_short} at {time}|fallback>`; unknown tokens or a bad stamp give the fallback. */
export function slackDate(seconds, pattern, fallback) {
  const date = readDate(seconds);
  if (!date) return fallback;
  let known = true;
  const text = pattern.replace(/\{(\w+)\}/g, (whole, token) => {
    if (!TOKENS[token]) known = false;
    return TOKENS[token]?.(date) ?? whole;
  });
  return known ? text : fallback;
}

export function fileSize(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
