/** Charts drawn by ECharts, walked through step by step with the left and right arrow keys. */

import { core, type Option } from "./echarts";
import { lineOption, rankingHeight, rankingOption, scatterOption, stackOption } from "./options";
import { theme } from "./theme";
import type { Drawing, LinesSpec, RankingSpec, ScatterSpec, StackSpec, View } from "./types";

type ChartSpec = LinesSpec | StackSpec | RankingSpec | ScatterSpec;

function option(spec: ChartSpec, view: View, width: number): Option {
  switch (spec.kind) {
    case "lines":
      return lineOption(spec, view, width);
    case "stack":
      return stackOption(spec, view, width);
    case "ranking":
      return rankingOption(spec, view, width);
    case "scatter":
      return scatterOption(spec, view, width);
  }
}

export function drawChart(host: HTMLElement, spec: ChartSpec): Drawing {
  const chart = core.init(host, null, { renderer: "canvas", devicePixelRatio: Math.max(2, window.devicePixelRatio) });
  let view: View | null = null;
  let width = 0;
  let step = -1;

  function paint(): void {
    if (!view) return;
    width = host.clientWidth;
    if (spec.kind === "ranking") {
      host.style.height = `${rankingHeight(spec, view.lang, width)}px`;
      chart.resize();
    }
    chart.setOption(option(spec, view, width), { replaceMerge: ["series"] });
  }

  function onKey(event: KeyboardEvent): void {
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!by || spec.kind === "scatter") return;
    event.preventDefault();
    const length = spec.kind === "ranking" ? (spec.frames[view?.frame ?? 0]?.rows.length ?? 1) : spec.steps.length;
    step = Math.min(Math.max(step + by, 0), length - 1);
    const bands = spec.kind === "lines" ? spec.series.filter((s) => s.low && s.high).length : 0;
    chart.dispatchAction({ type: "showTip", seriesIndex: bands, dataIndex: step });
  }
  const onBlur = (): void => void chart.dispatchAction({ type: "hideTip" });
  host.addEventListener("keydown", onKey);
  host.addEventListener("blur", onBlur);

  return {
    show(next) {
      view = next;
      paint();
    },
    resize() {
      if (host.clientWidth === width) return;
      chart.resize();
      paint();
    },
    canvas: async () =>
      chart.getRenderedCanvas({ pixelRatio: 2, backgroundColor: theme(view?.dark ?? false).paper }),
    dispose() {
      host.removeEventListener("keydown", onKey);
      host.removeEventListener("blur", onBlur);
      chart.dispose();
    },
  };
}
