// The world as one person sees it: a flat map of keys to values, kept true by a web socket.

const RETRY = 1500;

export class Store {
  #entries = new Map();
  #listeners = new Set();
  #socket = null;
  #query = null;
  ready = false;
  online = false;

  constructor(path = "/page/ws") {
    this.path = path;
  }

  get(key, otherwise = null) {
    return this.#entries.get(key) ?? otherwise;
  }

  /** Values whose key starts with `prefix`. */
  under(prefix) {
    return [...this.#entries].filter(([key]) => key.startsWith(prefix)).map(([, value]) => value);
  }

  onchange(listener) {
    this.#listeners.add(listener);
  }

  /** Follow the world with this query ("as=U0ANA"); the old view is dropped at once. */
  follow(query) {
    if (query === this.#query) return;
    this.#query = query;
    this.#entries.clear();
    this.ready = false;
    this.#connect();
  }

  #connect() {
    this.#socket?.close();
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}${this.path}?${this.#query}`);
    this.#socket = socket;
    let fresh = true;
    socket.addEventListener("message", (event) => {
      if (socket !== this.#socket) return;
      if (fresh) this.#entries.clear();
      fresh = false;
      this.#take(JSON.parse(event.data));
    });
    socket.addEventListener("close", () => {
      if (socket !== this.#socket) return;
      this.online = false;
      this.#tell();
      setTimeout(() => socket === this.#socket && this.#connect(), RETRY);
    });
  }

  #take({ set = {}, drop = [] }) {
    for (const [key, value] of Object.entries(set)) this.#entries.set(key, value);
    for (const key of drop) this.#entries.delete(key);
    this.ready = true;
    this.online = true;
    this.#tell();
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}
