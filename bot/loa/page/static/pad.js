// What one signs on: strokes of points on a paper of fixed size, drawn anew whenever something changes.

const NEAR = 3; // paper units; points closer than this say nothing

export class Pad {
  #canvas;
  #strokes = [];
  #pen = null;
  #changed;
  #most;

  constructor(canvas, { changed, strokes = [], most = 6000 }) {
    this.#canvas = canvas;
    this.#changed = changed;
    this.#most = most;
    this.#strokes = strokes;
    this.paper = { width: canvas.width, height: canvas.height };
    const listen = (name, act) => canvas.addEventListener(name, act);
    listen("pointerdown", (event) => this.#down(event));
    listen("pointermove", (event) => this.#move(event));
    listen("pointerup", (event) => this.#up(event));
    listen("pointercancel", (event) => this.#up(event));
    new ResizeObserver(() => this.#draw()).observe(canvas);
    this.#tell();
  }

  get strokes() {
    return this.#strokes;
  }

  undo() {
    this.#strokes.pop();
    this.#tell();
  }

  clear() {
    this.#strokes = [];
    this.#tell();
  }

  #tell() {
    this.#draw();
    this.#changed(this.#strokes);
  }

  #at(event) {
    const place = this.#canvas.getBoundingClientRect();
    const within = (value, most) => Math.round(Math.min(Math.max(value, 0), 1) * most);
    return [
      within((event.clientX - place.left) / place.width, this.paper.width),
      within((event.clientY - place.top) / place.height, this.paper.height),
    ];
  }

  #down(event) {
    if (this.#pen !== null || (event.pointerType === "mouse" && event.button !== 0)) return;
    event.preventDefault();
    this.#pen = event.pointerId;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#strokes.push(this.#at(event));
    this.#draw();
  }

  #move(event) {
    if (event.pointerId !== this.#pen) return;
    const stroke = this.#strokes.at(-1);
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) {
      const [x, y] = this.#at(each);
      const [before, above] = stroke.slice(-2);
      if (Math.hypot(x - before, y - above) >= NEAR && this.#count() < this.#most) stroke.push(x, y);
    }
    this.#draw();
  }

  #up(event) {
    if (event.pointerId !== this.#pen) return;
    this.#pen = null;
    this.#tell();
  }

  #count() {
    return this.#strokes.reduce((sum, stroke) => sum + stroke.length / 2, 0);
  }

  #draw() {
    const { width, height } = this.#canvas.getBoundingClientRect();
    if (!width) return;
    const dense = window.devicePixelRatio || 1;
    this.#canvas.width = Math.round(width * dense);
    this.#canvas.height = Math.round(height * dense);
    const draw = this.#canvas.getContext("2d");
    const scale = this.#canvas.width / this.paper.width;
    draw.scale(scale, scale);
    this.#line(draw);
    draw.strokeStyle = "#10264d";
    draw.lineWidth = 2.6 * dense / scale;
    draw.lineCap = draw.lineJoin = "round";
    for (const stroke of this.#strokes) this.#stroke(draw, stroke);
  }

  #line(draw) {
    const { width, height } = this.paper;
    draw.strokeStyle = "#b9bdc4";
    draw.lineWidth = 2;
    draw.beginPath();
    draw.moveTo(width * 0.06, height * 0.78);
    draw.lineTo(width * 0.94, height * 0.78);
    draw.stroke();
    if (this.#strokes.length) return;
    draw.fillStyle = "#5b5d63";
    draw.font = "38px sans-serif";
    draw.fillText(this.#canvas.dataset.empty, width * 0.06, height * 0.92);
  }

  #stroke(draw, stroke) {
    draw.beginPath();
    draw.moveTo(stroke[0], stroke[1]);
    if (stroke.length === 2) draw.lineTo(stroke[0] + 0.01, stroke[1]);
    for (let i = 2; i < stroke.length - 2; i += 2) {
      const [x, y, nextX, nextY] = stroke.slice(i, i + 4);
      draw.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
    }
    draw.lineTo(...stroke.slice(-2));
    draw.stroke();
  }
}
