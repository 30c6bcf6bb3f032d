/** Charts as SVG text; kept apart so that a page without this download does not carry the renderer. */

import { SVGRenderer } from "echarts/renderers";
import { chartHeight, type ChartSpec, option } from "./chart";
import { core } from "./echarts";
import { theme } from "./theme";
import type { View } from "./types";

core.use([SVGRenderer]);

const HEIGHT = 420;

export function chartSvg(spec: ChartSpec, view: View, width: number): string {
  const height = chartHeight(spec, view.lang, width) ?? HEIGHT;
  const chart = core.init(null, null, { renderer: "svg", ssr: true, width, height });
  chart.setOption({ ...option(spec, view, width), animation: false, backgroundColor: theme(view.dark).paper });
  const text = chart.renderToSVGString();
  chart.dispose();
  return text;
}
