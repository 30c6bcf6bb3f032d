/** Charts drawn by ECharts, walked through step by step with the left and right arrow keys. */

import { core, type Option } from "./echarts";
import { BAR, lineOption, rankingHeight, rankingOption, scatterOption, stackOption } from "./options";
import { waterfallHeight, waterfallOption } from "./waterfall";
import { theme } from "./theme";
import { long, seeing, SHOWN, windowed } from "./window";
import { type Drawing, type LinesSpec, type RankingSpec, type ScatterSpec, say, type Spec, type StackSpec, type View, type WaterfallSpec } from "./types";

export type ChartSpec = LinesSpec | StackSpec | RankingSpec | ScatterSpec | WaterfallSpec;

export function option(spec: ChartSpec, view: View, width: number): Option {
  switch (spec.kind) {
    case "lines":
      return lineOption(spec, view, width);
    case "stack":
      return stackOption(spec, view, width);
    case "ranking":
      return rankingOption(spec, view, width);
    case "scatter":
      return scatterOption(spec, view, width);
    case "waterfall":
      return waterfallOption(spec, view, width);
  }
}

export const chartHeight = (spec: ChartSpec, lang: View["lang"], width: number): number | null =>
  spec.kind === "ranking" ? rankingHeight(spec, lang, width) : spec.kind === "waterfall" ? waterfallHeight(spec) : null;

const PIXELS = 16_000; // what browsers let a canvas have along a side

/** `onSelect` is told the Chinese name of the bar or point that was clicked. */
export function drawChart(host: HTMLElement, first: ChartSpec, onSelect?: (name: string) => void): Drawing {
  let spec = first;
  const frame = host.appendChild(document.createElement("div")); // stays in sight; the chart itself sets its own position
  const stage = frame.appendChild(document.createElement("div"));
  const below = host.appendChild(document.createElement("div")); // the height of the rows that are not on the stage
  frame.style.height = stage.style.height = "100%";
  const chart = core.init(stage, null, { renderer: "canvas", devicePixelRatio: Math.max(2, window.devicePixelRatio) });
  let view: View | null = null;
  let width = 0;
  let step = -1;
  let from = 0;

  const length = (): number =>
    spec.kind === "ranking"
      ? (spec.frames[view?.frame ?? 0]?.rows.length ?? 0)
      : spec.kind === "waterfall"
        ? spec.bars.length
        : spec.kind === "scatter"
          ? spec.points.length
          : spec.steps.length;

  function paint(): void {
    if (!view) return;
    width = host.clientWidth;
    const part = spec.kind === "ranking" && long(spec) ? windowed(spec, view.frame, from) : null;
    const tall = chartHeight(part ?? spec, view.lang, width);
    if (tall !== null && frame.style.height !== `${tall}px`) {
      frame.style.height = host.style.height = `${tall}px`;
      chart.resize();
    }
    host.classList.toggle("windowed", part !== null);
    below.style.height = part ? `${(length() - SHOWN) * BAR}px` : "0";
    const drawn = option(part ?? spec, part ? { ...view, frame: 0 } : view, width);
    chart.setOption(part ? { ...drawn, animation: false } : drawn, { replaceMerge: ["series"] });
  }

  /** Brings the marked row of a long ranking into the window. */
  function follow(): void {
    if (spec.kind !== "ranking" || !long(spec) || !view) return;
    from = seeing(spec, view.frame, from);
    paint();
    host.scrollTop = from * BAR;
  }

  function onScroll(): void {
    const next = Math.round(host.scrollTop / BAR);
    if (next === from || spec.kind !== "ranking" || !long(spec)) return;
    from = next;
    chart.dispatchAction({ type: "hideTip" });
    paint();
  }

  function onKey(event: KeyboardEvent): void {
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!by || spec.kind === "scatter") return;
    event.preventDefault();
    step = Math.min(Math.max(step + by, 0), length() - 1);
    if (spec.kind === "ranking" && long(spec) && (step < from || step >= from + SHOWN)) {
      from = by < 0 ? step : step - SHOWN + 1;
      paint();
      host.scrollTop = from * BAR;
    }
    const bands = spec.kind === "lines" ? spec.series.filter((s) => s.low && s.high).length : 0;
    chart.dispatchAction({ type: "showTip", seriesIndex: bands, dataIndex: step - from });
  }
  const onBlur = (): void => void chart.dispatchAction({ type: "hideTip" });
  /** The row under the pointer, so that its name and the empty space beside its bar answer too. */
  function onClick(event: { offsetX: number; offsetY: number }): void {
    if (spec.kind !== "ranking") return;
    const at = chart.convertFromPixel({ yAxisIndex: 0 }, event.offsetY);
    const row = spec.frames[view?.frame ?? 0]?.rows[from + Math.round(Number(at))];
    if (row) onSelect?.(say(row.name, "zh"));
  }
  if (onSelect) {
    chart.getZr().on("click", onClick);
    chart.on("click", (hit) => {
      const at = (hit.data as { at?: number } | null)?.at;
      const point = spec.kind === "scatter" && at !== undefined ? spec.points[at] : undefined;
      if (point) onSelect(say(point.name, "zh"));
    });
  }
  host.addEventListener("keydown", onKey);
  host.addEventListener("blur", onBlur);
  host.addEventListener("scroll", onScroll);

  return {
    show(next) {
      view = next;
      paint();
      follow();
    },
    update(next: Spec, seen) {
      if (next.kind === "map") return;
      if (next.kind !== spec.kind) chart.clear();
      spec = next;
      view = seen;
      if (spec.kind !== "ranking" || !long(spec)) from = 0;
      paint();
      follow();
    },
    resize() {
      if (host.clientWidth === width) return;
      chart.resize();
      paint();
    },
    canvas: async () => {
      const backgroundColor = theme(view?.dark ?? false).paper;
      if (spec.kind !== "ranking" || !long(spec) || !view) return chart.getRenderedCanvas({ pixelRatio: 2, backgroundColor });
      const height = chartHeight(spec, view.lang, width) ?? 0;
      const whole = core.init(document.createElement("div"), null, { renderer: "canvas", width, height });
      whole.setOption({ ...option(spec, view, width), animation: false });
      const made = whole.getRenderedCanvas({ pixelRatio: Math.min(2, PIXELS / height), backgroundColor });
      whole.dispose();
      return made;
    },
    svg: () => null,
    dispose() {
      host.removeEventListener("keydown", onKey);
      host.removeEventListener("blur", onBlur);
      host.removeEventListener("scroll", onScroll);
      chart.dispose();
      frame.remove();
      below.remove();
    },
  };
}
