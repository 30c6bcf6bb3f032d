/** Charts drawn by ECharts, walked through step by step with the left and right arrow keys. */

import { core, type Option } from "./echarts";
import { lineOption, rankingHeight, rankingOption, scatterOption, stackOption } from "./options";
import { waterfallHeight, waterfallOption } from "./waterfall";
import { theme } from "./theme";
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

/** `onSelect` is told the Chinese name of the bar or point that was clicked. */
export function drawChart(host: HTMLElement, first: ChartSpec, onSelect?: (name: string) => void): Drawing {
  let spec = first;
  const chart = core.init(host, null, { renderer: "canvas", devicePixelRatio: Math.max(2, window.devicePixelRatio) });
  let view: View | null = null;
  let width = 0;
  let step = -1;

  function paint(): void {
    if (!view) return;
    width = host.clientWidth;
    const tall = chartHeight(spec, view.lang, width);
    if (tall !== null && host.style.height !== `${tall}px`) {
      host.style.height = `${tall}px`;
      chart.resize();
    }
    chart.setOption(option(spec, view, width), { replaceMerge: ["series"] });
  }

  function onKey(event: KeyboardEvent): void {
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!by || spec.kind === "scatter") return;
    event.preventDefault();
    const length =
      spec.kind === "ranking"
        ? (spec.frames[view?.frame ?? 0]?.rows.length ?? 1)
        : spec.kind === "waterfall"
          ? spec.bars.length
          : spec.steps.length;
    step = Math.min(Math.max(step + by, 0), length - 1);
    const bands = spec.kind === "lines" ? spec.series.filter((s) => s.low && s.high).length : 0;
    chart.dispatchAction({ type: "showTip", seriesIndex: bands, dataIndex: step });
  }
  const onBlur = (): void => void chart.dispatchAction({ type: "hideTip" });
  /** The row under the pointer, so that its name and the empty space beside its bar answer too. */
  function onClick(event: { offsetX: number; offsetY: number }): void {
    if (spec.kind !== "ranking") return;
    const at = chart.convertFromPixel({ yAxisIndex: 0 }, event.offsetY);
    const row = spec.frames[view?.frame ?? 0]?.rows[Math.round(Number(at))];
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

  return {
    show(next) {
      view = next;
      paint();
    },
    update(next: Spec, seen) {
      if (next.kind === "map") return;
      if (next.kind !== spec.kind) chart.clear();
      spec = next;
      view = seen;
      paint();
    },
    resize() {
      if (host.clientWidth === width) return;
      chart.resize();
      paint();
    },
    canvas: async () =>
      chart.getRenderedCanvas({ pixelRatio: 2, backgroundColor: theme(view?.dark ?? false).paper }),
    svg: () => null,
    dispose() {
      host.removeEventListener("keydown", onKey);
      host.removeEventListener("blur", onBlur);
      chart.dispose();
    },
  };
}
