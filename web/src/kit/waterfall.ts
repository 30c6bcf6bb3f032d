/** A waterfall: parts laid end to end, then their sum. */

import { advance, common, PHONE, tipBox, value, type Api } from "./options";
import { fonts, theme } from "./theme";
import { lines as tipLines } from "./tip";
import type { Option } from "./echarts";
import type { View, WaterfallSpec } from "./types";
import { say } from "./types";

const ROW = 36;
const THICK = 17;

export const waterfallHeight = (spec: WaterfallSpec): number => ROW * spec.bars.length + 62;

export function waterfallOption(spec: WaterfallSpec, view: View, width: number): Option {
  const look = theme(view.dark);
  const bars = spec.bars;
  const colour = (i: number): string => {
    const b = bars[i];
    return !b || b.total ? look.muted : b.end >= b.start ? look.accent : look.mark;
  };
  const label = width < PHONE ? 110 : 220;
  // the names' room is given outright: bars of a custom series do not follow a grid that shrinks around its labels
  const names = Math.min(label, 13 * Math.max(...bars.map((b) => advance(say(b.name, view.lang))))) + 14;
  const room = 14 + 7 * Math.max(...bars.map((b) => advance(say(b.label, view.lang)) * 2));
  return {
    ...common(look),
    grid: { left: names, right: Math.min(room, 120), top: 8, bottom: 54, containLabel: false },
    tooltip: {
      ...tipBox(look),
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: look.rule, opacity: 0.35 } },
      formatter: (hits: { dataIndex: number }[]) => {
        const i = hits[0]?.dataIndex ?? 0;
        const b = bars[i];
        return b ? tipLines(say(b.name, view.lang), [{ colour: colour(i), value: say(b.label, view.lang) }]) : "";
      },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: bars.map((b) => say(b.name, view.lang)),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { interval: 0, color: look.ink, fontSize: width < PHONE ? 11 : 12.5, width: label, overflow: "break" },
    },
    xAxis: value(look, spec.axis, view.lang, false),
    series: [
      {
        type: "custom",
        data: bars.map((b, i) => [b.end, i]),
        encode: { x: 0, y: 1 },
        z: 3,
        renderItem: (params: { dataIndex: number }, api: Api) => {
          const i = params.dataIndex;
          const b = bars[i];
          if (!b) return { type: "group", children: [] };
          const [x1, y] = api.coord([b.start, i]);
          const [x2] = api.coord([b.end, i]);
          const [zero] = api.coord([0, i]);
          const next = bars[i + 1];
          const joint = next ? [{ type: "line", shape: { x1: x2, y1: y + THICK / 2, x2, y2: y + ROW - THICK / 2 }, style: { stroke: look.hatch, lineWidth: 1 } }] : [];
          return {
            type: "group",
            children: [
              { type: "line", shape: { x1: zero, y1: y - ROW / 2, x2: zero, y2: y + ROW / 2 }, style: { stroke: look.muted, lineWidth: 1 } },
              { type: "rect", shape: { x: Math.min(x1, x2), y: y - THICK / 2, width: Math.max(Math.abs(x2 - x1), 1), height: THICK }, style: { fill: colour(i) } },
              ...joint,
              {
                type: "text",
                style: { text: say(b.label, view.lang), x: Math.max(x1, x2) + 7, y, verticalAlign: "middle", fill: b.total ? look.ink : look.muted, font: `${b.total ? "600 " : ""}11.5px ${fonts}` },
              },
            ],
          };
        },
      },
    ],
  };
}
