/** The script of the self-contained report: language, theme, figures, downloads. Every word comes from the page. */

import { draw, type Drawing, frames, type Lang, say, type Spec, start, type Text, type Words } from "./kit";
import { compose, save } from "./kit/picture";
import { player } from "./kit/player";

interface Figure {
  box: HTMLElement;
  drawing: Drawing;
  frame: number;
  relabel: () => void;
}

const root = document.documentElement;
const data = JSON.parse(document.getElementById("data")!.textContent ?? "{}") as {
  title: Text;
  words: Words;
  figures: Record<string, Spec>;
};
const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
let printing = false;

const lang = (): Lang => (root.dataset["lang"] === "en" ? "en" : "zh");
const dark = (): boolean =>
  !printing && (root.dataset["theme"] === "dark" || (root.dataset["theme"] !== "light" && systemDark.matches));

const figures: Figure[] = [];
const view = (f: Figure) => ({ lang: lang(), dark: dark(), frame: f.frame });
const redraw = (): void => figures.forEach((f) => f.drawing.show(view(f)));

function mount(box: HTMLElement): void {
  const spec = data.figures[box.dataset["figure"] ?? ""];
  if (!spec) return;
  const host = box.querySelector<HTMLElement>(".chart")!;
  const figure: Figure = { box, drawing: draw(host, spec, data.words), frame: start(spec), relabel: () => undefined };
  figures.push(figure);
  figure.drawing.show(view(figure));
  const controls = box.querySelector<HTMLElement>(".player");
  if (controls && frames(spec) > 1 && (spec.kind === "map" || spec.kind === "ranking")) {
    const title = (at: number): string => say(spec.frames[at]?.title ?? "", lang());
    figure.relabel = player(controls, title, (at) => {
      figure.frame = at;
      figure.drawing.show(view(figure));
    });
  }
  box.querySelector("[data-do=png]")?.addEventListener("click", () => void savePicture(figure));
}

function setLanguage(next: Lang): void {
  root.dataset["lang"] = next;
  root.lang = next === "zh" ? "zh-CN" : "en";
  document.title = say(data.title, next);
  document.querySelectorAll<HTMLElement>("[data-zh]").forEach((e) => e.setAttribute("aria-label", e.dataset[next] ?? ""));
  document.querySelectorAll<HTMLElement>("[data-do=lang]").forEach((e) => e.setAttribute("aria-pressed", String(e.dataset["value"] === next)));
  figures.forEach((f) => f.relabel());
  redraw();
}

function setTheme(next: "light" | "dark"): void {
  root.dataset["theme"] = next;
  redraw();
}

/** The figure as one picture to pass on: caption above, source below. */
async function savePicture(figure: Figure): Promise<void> {
  const year = figure.box.querySelector("output")?.textContent ?? "";
  const caption = [shown(figure.box.querySelector("figcaption")), year].filter(Boolean).join(" · ");
  const blob = await compose(await figure.drawing.canvas(), caption, shown(figure.box.querySelector(".source")), dark());
  if (blob) save(blob, `${figure.box.dataset["figure"]}.png`);
}

/** A table as CSV: the full numbers behind the written ones, with the mark that lets spreadsheets read Chinese. */
function saveTable(id: string): void {
  const table = document.getElementById(id)?.querySelector("table");
  if (!table) return;
  const rows = [...table.rows].filter((r) => !r.classList.contains("span"));
  const cells = rows.map((r) => [...r.cells].flatMap((c) => (c.dataset["v"] ?? shown(c)).split("\u001f")).map(field));
  save(new Blob(["\ufeff", cells.map((r) => r.join(",")).join("\r\n")], { type: "text/csv;charset=utf-8" }), `${id}.csv`);
}

/** Quoted where needed; words a spreadsheet would run as a formula are kept words. */
function field(text: string): string {
  const safe = /^[=+@\t\r]|^-(?![\d.])/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text of an element in the language on the screen. */
function shown(element: Element | null): string {
  if (!element) return "";
  const copy = element.cloneNode(true) as Element;
  copy.querySelectorAll(`.t[lang=${lang() === "zh" ? "en" : "zh-CN"}]`).forEach((e) => e.remove());
  return (copy.textContent ?? "").replace(/\s+/g, " ").trim();
}

document.querySelectorAll<HTMLElement>("[data-figure]").forEach(mount);
document.querySelectorAll<HTMLElement>("[data-do=lang]").forEach((b) =>
  b.addEventListener("click", () => setLanguage(b.dataset["value"] === "en" ? "en" : "zh")),
);
document.querySelectorAll("[data-do=theme]").forEach((b) => b.addEventListener("click", () => setTheme(dark() ? "light" : "dark")));
document.querySelectorAll("[data-do=print]").forEach((b) => b.addEventListener("click", () => window.print()));
document.querySelectorAll<HTMLElement>("[data-do=csv]").forEach((b) =>
  b.addEventListener("click", () => saveTable(b.dataset["table"] ?? "")),
);
systemDark.addEventListener("change", redraw);
for (const [name, on] of [["beforeprint", true], ["afterprint", false]] as const) {
  window.addEventListener(name, () => {
    printing = on;
    redraw();
  });
}
new ResizeObserver(() => figures.forEach((f) => f.drawing.resize())).observe(document.body);

const here = new IntersectionObserver(
  (seen) => {
    for (const s of seen) {
      if (!s.isIntersecting) continue;
      for (const a of document.querySelectorAll(".contents a")) {
        if (a.getAttribute("href") === `#${s.target.id}`) a.setAttribute("aria-current", "true");
        else a.removeAttribute("aria-current");
      }
    }
  },
  { rootMargin: "-10% 0px -80% 0px" },
);
document.querySelectorAll("section[id]").forEach((s) => here.observe(s));
setLanguage(lang());
root.dataset["ready"] = "true";
