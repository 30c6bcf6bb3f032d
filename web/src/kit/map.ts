/** The tile grid of China: one square a place, missing hatched, walked through with the arrow keys. */

import { fonts, inkOn, ramp, theme, type Theme } from "./theme";
import { hideTip, lines, showTip } from "./tip";
import { type Drawing, type MapSpec, type View, type Words, say } from "./types";

const CELL = 66;
const GAP = 4;
const NARROW = 440;
const PER_ROW = 4;
const SVG = "http://www.w3.org/2000/svg";
let made = 0;

export function drawMap(host: HTMLElement, first: MapSpec, words: Words, onSelect?: (code: string) => void): Drawing {
  let spec = first;
  const id = `hatch-${++made}`;
  const columns = Math.max(...spec.tiles.map((t) => t.column)) + 1;
  const rows = Math.max(...spec.tiles.map((t) => t.row)) + 1;
  let view: View = { lang: "zh", dark: false, frame: spec.start };
  let current = Math.max(0, spec.tiles.findIndex((t) => spec.marked.includes(t.code)));

  function paint(): void {
    const look = theme(view.dark);
    const focused = host.contains(document.activeElement) && document.activeElement !== host;
    host.replaceChildren(picture(look), legend(look));
    if (focused) tile(current)?.focus({ preventScroll: true });
  }

  function picture(look: Theme): SVGElement {
    const narrow = host.clientWidth > 0 && host.clientWidth < NARROW;
    const svg = element("svg", {
      viewBox: `0 0 ${columns * CELL - GAP} ${rows * CELL - GAP}`,
      class: "tiles",
      role: "group",
      "font-family": fonts,
    });
    svg.append(hatching(id, look));
    spec.tiles.forEach((_, i) => svg.append(square(i, look, narrow)));
    return svg;
  }

  function square(i: number, look: Theme, narrow: boolean): SVGElement {
    const t = spec.tiles[i]!;
    const frame = spec.frames[view.frame]!;
    const at = frame.classes[i] ?? null;
    const colour = at === null ? null : (colours(look)[at] ?? look.hatchBack);
    const name = say(t.name, view.lang);
    const value = at === null ? say(words.missing, view.lang) : say(frame.labels[i] ?? "", view.lang);
    const g = element("g", {
      class: "tile",
      "data-tile": String(i),
      transform: `translate(${t.column * CELL},${t.row * CELL})`,
      role: "img",
      tabindex: i === current ? "0" : "-1",
      "aria-label": `${name} ${value}`,
    });
    const side = String(CELL - GAP);
    const marked = spec.marked.includes(t.code);
    g.append(
      element("rect", {
        width: side,
        height: side,
        rx: "5",
        fill: colour ?? `url(#${id})`,
        stroke: marked ? look.mark : colour ? "none" : look.hatch,
        "stroke-width": marked ? "4" : "1",
      }),
    );
    const ink = colour ? inkOn(colour) : look.muted;
    const short = say(t.short, view.lang);
    const middle = String((CELL - GAP) / 2);
    const size = narrow ? (short.length > 2 ? 19 : 24) : short.length > 2 ? 16 : 18;
    const label = element("text", {
      x: middle,
      y: narrow || at === null ? "39" : "29",
      fill: ink,
      "font-size": String(size),
      "font-weight": marked ? "700" : "500",
      "text-anchor": "middle",
    });
    label.textContent = short;
    g.append(label);
    if (!narrow && at !== null) {
      const number = element("text", { x: middle, y: "48", fill: ink, "font-size": "13", "text-anchor": "middle" });
      number.textContent = say(frame.short[i] ?? "", view.lang);
      g.append(number);
    }
    const tell = (): void => showTip(g, lines(`${name} · ${say(frame.title, view.lang)}`, [{ value }]));
    g.addEventListener("pointerenter", tell);
    g.addEventListener("pointerleave", hideTip);
    g.addEventListener("focus", tell);
    g.addEventListener("blur", hideTip);
    g.addEventListener("click", () => onSelect?.(t.code));
    if (onSelect) g.style.cursor = "pointer";
    return g;
  }

  function legend(look: Theme): HTMLElement {
    const list = document.createElement("ul");
    list.className = "legend";
    const all = colours(look);
    spec.classes.forEach((c, i) => list.append(entry(swatch(all[i] ?? "none", "none", look), say(c, view.lang))));
    list.append(entry(swatch(`url(#${id})`, look.hatch, look), say(words.missing, view.lang)));
    return list;
  }

  /** The tiles with their legend below, as SVG that stands alone. */
  function standalone(): string {
    const look = theme(view.dark);
    const svg = picture(look);
    const [width, height] = [columns * CELL - GAP, rows * CELL - GAP];
    svg.setAttribute("xmlns", SVG);
    svg.setAttribute("width", String(width));
    svg.setAttribute("height", String(height + band(spec)));
    svg.setAttribute("viewBox", `0 0 ${width} ${height + band(spec)}`);
    const entries = [...spec.classes.map((c, i) => [colours(look)[i] ?? "none", say(c, view.lang)]), [`url(#${id})`, say(words.missing, view.lang)]];
    const each = width / PER_ROW;
    entries.forEach(([fill, word], i) => {
      const x = (i % PER_ROW) * each;
      const y = height + 14 + 26 * Math.floor(i / PER_ROW);
      const label = element("text", { x: String(x + 28), y: String(y + 12), fill: look.ink, "font-size": "13" });
      label.textContent = word ?? "";
      svg.append(element("rect", { x: String(x), y: String(y), width: "22", height: "14", fill: fill ?? "none", stroke: look.rule }), label);
    });
    return new XMLSerializer().serializeToString(svg);
  }

  const colours = (look: Theme): string[] =>
    ramp(spec.scale === "diverging" ? look.diverging : look.sequential, spec.classes.length);
  const tile = (i: number): SVGElement | null => host.querySelector(`[data-tile="${i}"]`);

  function onKey(event: KeyboardEvent): void {
    const here = spec.tiles[current];
    if (onSelect && here && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      return onSelect(here.code);
    }
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = neighbour(spec, current, step[0]!, step[1]!);
    tile(current)?.setAttribute("tabindex", "-1");
    current = next;
    tile(current)?.setAttribute("tabindex", "0");
    tile(current)?.focus();
  }
  host.addEventListener("keydown", onKey);

  return {
    show(next) {
      view = next;
      paint();
    },
    update(next, seen) {
      if (next.kind !== "map") return;
      spec = next;
      view = seen;
      paint();
    },
    resize: paint,
    canvas: () => toCanvas(standalone(), columns * CELL - GAP, rows * CELL - GAP + band(spec)),
    svg: () => standalone(),
    dispose() {
      host.removeEventListener("keydown", onKey);
      hideTip();
      host.replaceChildren();
    },
  };
}

/** The nearest tile in a direction: least distance, counting a sideways step double. */
function neighbour(spec: MapSpec, from: number, down: number, right: number): number {
  const here = spec.tiles[from]!;
  let best = from;
  let least = Infinity;
  spec.tiles.forEach((t, i) => {
    const along = (t.row - here.row) * down + (t.column - here.column) * right;
    const across = Math.abs((t.row - here.row) * right) + Math.abs((t.column - here.column) * down);
    if (along > 0 && along + 2 * across < least) {
      least = along + 2 * across;
      best = i;
    }
  });
  return best;
}

function element(name: string, attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function hatching(id: string, look: Theme): SVGElement {
  const defs = element("defs", {});
  const pattern = element("pattern", {
    id,
    width: "7",
    height: "7",
    patternUnits: "userSpaceOnUse",
    patternTransform: "rotate(45)",
  });
  pattern.append(
    element("rect", { width: "7", height: "7", fill: look.hatchBack }),
    element("line", { x1: "0", y1: "0", x2: "0", y2: "7", stroke: look.hatch, "stroke-width": "2.4" }),
  );
  defs.append(pattern);
  return defs;
}

function swatch(fill: string, stroke: string, look: Theme): SVGElement {
  const svg = element("svg", { width: "22", height: "13", "aria-hidden": "true" });
  svg.append(element("rect", { width: "22", height: "13", rx: "2", fill, stroke: stroke === "none" ? look.rule : stroke }));
  return svg;
}

function entry(picture: SVGElement, words: string): HTMLElement {
  const item = document.createElement("li");
  item.append(picture, words);
  return item;
}

const band = (spec: MapSpec): number => 8 + 26 * Math.ceil((spec.classes.length + 1) / PER_ROW);

async function toCanvas(svg: string, width: number, height: number): Promise<HTMLCanvasElement> {
  const image = new Image();
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg);
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * 2;
  canvas.height = height * 2;
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}
