/** ECharts options for each kind of chart. */

import { dashes, fonts, kind, symbols, theme, type Theme } from "./theme";
import { lines as tipLines } from "./tip";
import type { Option } from "./echarts";
import type { Axis, Lang, LinesSpec, RankingSpec, Row, ScatterSpec, Series, StackSpec, View } from "./types";
import { say } from "./types";

export const PHONE = 560;
export const BAR = 22;
const FEW = 8; // rows that may have names of two lines

export interface Api {
  coord(point: [number, number]): [number, number];
}

export function lineOption(spec: LinesSpec, view: View, width: number): Option {
  const look = theme(view.dark);
  const wide = width >= PHONE;
  const names = spec.series.map((s) => say(s.name, view.lang));
  const ends = wide && spec.series.length > 1 ? 14 + 13 * Math.max(...names.map((n) => advance(n))) : 18;
  const dated = spec.marks?.length ? 18 : 0; // room for the marks' words under the axis title
  const colour = (s: Series, i: number): string =>
    s.emphasis === "strong" ? look.ink : s.emphasis === "faint" ? look.faint : kind(look.categories, i);
  return {
    ...common(look),
    animation: false, // the words at the lines' ends are only moved apart where they stand still
    grid: { left: 8, right: ends, top: (wide ? 40 : 28 + 24 * legendRows(names, width)) + dated, bottom: 6, containLabel: true },
    legend: wide && spec.series.length > 1 ? { show: false } : legend(look, names, spec.series.length > 1),
    tooltip: stepTip(look, spec, view.lang, colour),
    xAxis: steps(look, spec.steps, view.lang, false),
    yAxis: { ...value(look, spec.axis, view.lang, true), ...(dated ? { nameGap: 30 } : {}) },
    series: [
      ...spec.series.flatMap((s, i) => (s.low && s.high ? [band(s, colour(s, i))] : [])),
      ...spec.series.map((s, i) => ({
        type: "line",
        name: say(s.name, view.lang),
        data: s.values,
        color: colour(s, i),
        symbol: kind(symbols, i),
        symbolSize: s.emphasis === "faint" ? 0 : 6,
        showSymbol: spec.steps.length <= 30,
        lineStyle: {
          width: s.emphasis === "strong" ? 3.4 : s.emphasis === "faint" ? 1.2 : 2,
          type: s.emphasis === "strong" ? "solid" : kind(dashes, i),
        },
        emphasis: { focus: "series" },
        endLabel: {
          show: wide && spec.series.length > 1,
          formatter: say(s.name, view.lang),
          color: s.emphasis === "faint" ? look.muted : colour(s, i),
          fontSize: s.emphasis === "faint" ? 11.5 : 12.5,
          fontWeight: s.emphasis === "strong" ? 700 : 400,
          distance: 8,
        },
        labelLayout: { moveOverlap: "shiftY" },
        z: s.emphasis === "strong" ? 5 : s.emphasis === "faint" ? 2 : 3,
        ...(i === 0 ? linesMarks(look, spec, view.lang) : {}),
      })),
    ],
  };
}

export function stackOption(spec: StackSpec, view: View, width: number): Option {
  const look = theme(view.dark);
  const names = spec.series.map((s) => say(s.name, view.lang));
  const colour = (_: Series, i: number): string => kind(look.categories, i);
  return {
    ...common(look),
    grid: { left: 8, right: 12, top: 28 + 26 * legendRows(names, width), bottom: 6, containLabel: true },
    legend: legend(look, names, true),
    tooltip: stepTip(look, spec, view.lang, colour),
    xAxis: steps(look, spec.steps, view.lang, true),
    yAxis: value(look, spec.axis, view.lang, true),
    series: spec.series.map((s, i) => ({
      type: "bar",
      stack: "all",
      name: say(s.name, view.lang),
      data: s.values,
      color: colour(s, i),
      barCategoryGap: "28%",
      itemStyle: { borderColor: look.paper, borderWidth: 0.6 },
      emphasis: { focus: "series" },
    })),
  };
}

export const rankingHeight = (spec: RankingSpec, lang: Lang, width: number): number =>
  rowHeight(spec) * Math.max(...spec.frames.map((f) => f.rows.length)) + 50 + rankingTop(spec, lang, width);

const rowHeight = (spec: RankingSpec): number =>
  Math.max(...spec.frames.map((f) => f.rows.length)) <= FEW ? 2 * BAR : BAR;

const rankingTop = (spec: RankingSpec, lang: Lang, width: number): number =>
  8 + 26 * legendRows(spec.groups.map((g) => say(g, lang)), width) + (spec.reference_label ? 16 : 0);

export function rankingOption(spec: RankingSpec, view: View, width: number): Option {
  const look = theme(view.dark);
  const rows = spec.frames[view.frame]?.rows ?? [];
  const groups = spec.groups.map((g) => say(g, view.lang));
  const bar = spec.style === "bar";
  const parts = groups.length ? groups : [""];
  const pick = (r: Row, g: number): boolean => !groups.length || (r.group ?? 0) === g;
  const colour = (r: Row): string =>
    groups.length ? kind(look.categories, r.group ?? 0) : r.marked ? look.mark : look.accent;
  const top = rankingTop(spec, view.lang, width);
  const item = (r: Row, g: number): unknown =>
    pick(r, g) && r.value !== null
      ? {
          value: bar ? r.value : [r.value, rows.indexOf(r)],
          itemStyle: { color: colour(r), ...(r.marked && groups.length ? { borderColor: look.ink, borderWidth: 2 } : {}) },
        }
      : bar ? null : [NaN, rows.indexOf(r)];
  const widest = Math.max(...rows.map((r) => advance(say(r.label, view.lang))), 0);
  return {
    ...common(look),
    animationDurationUpdate: 350,
    grid: { left: 4, right: (bar ? 16 : 22) + 7.2 * Math.min(widest * 2, 22), top, bottom: 30, containLabel: true },
    legend: legend(look, groups, groups.length > 0),
    tooltip: {
      ...tipBox(look),
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: look.rule, opacity: 0.35 } },
      formatter: (hits: { dataIndex: number }[]) => {
        const r = rows[hits[0]?.dataIndex ?? 0];
        return r ? tipLines(say(r.name, view.lang), [{ colour: colour(r), value: withRange(say(r.label, view.lang), r.range) }]) : "";
      },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: rows.map((r) => say(r.name, view.lang)),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: {
        interval: 0,
        fontSize: width < PHONE ? 11 : 12.5,
        width: width < PHONE ? 96 : rows.length <= FEW ? 260 : 190,
        overflow: rows.length <= FEW ? "break" : "truncate",
        color: (_: string, i: number) => (rows[i]?.marked ? look.mark : look.ink),
      },
    },
    xAxis: value(look, spec.axis, view.lang, false),
    series: [
      ...parts.map((name, g) => ({
        type: bar ? "bar" : "scatter",
        name,
        data: rows.map((r) => item(r, g)),
        color: kind(look.categories, g),
        symbol: kind(symbols, g),
        symbolSize: 10,
        barGap: "-100%",
        barWidth: 13,
        itemStyle: { borderRadius: [0, 2, 2, 0] },
        label: {
          show: bar && !rows.some((r) => r.range !== null),
          position: "right",
          color: look.muted,
          fontSize: 11.5,
          formatter: (p: { dataIndex: number }) => say(rows[p.dataIndex]?.label ?? "", view.lang),
        },
        z: 3,
        ...(g === 0 && spec.reference !== null
          ? { markLine: reference(look, { xAxis: spec.reference }, spec.reference_label ? say(spec.reference_label, view.lang) : "") }
          : {}),
      })),
      whiskers(rows, look, bar),
      ...(rows.some((r) => r.range !== null) ? [numbers(rows, look, view.lang)] : []),
    ],
  };
}

export function scatterOption(spec: ScatterSpec, view: View, width: number): Option {
  const look = theme(view.dark);
  const groups = spec.groups.map((g) => say(g, view.lang));
  const parts = groups.length ? groups : [""];
  const crowded = width < PHONE;
  return {
    ...common(look),
    grid: { left: 8, right: 26, top: 38 + 24 * legendRows(groups, width), bottom: 30, containLabel: true },
    legend: legend(look, groups, groups.length > 0),
    tooltip: {
      ...tipBox(look),
      trigger: "item",
      formatter: (hit: { data?: { at?: number } }) => {
        const p = spec.points[hit.data?.at ?? -1];
        return p ? tipLines(say(p.name, view.lang), [{ value: say(p.label, view.lang) }]) : "";
      },
    },
    xAxis: { ...value(look, spec.x, view.lang, false), axisLine: { show: true, lineStyle: { color: look.rule } } },
    yAxis: { ...value(look, spec.y, view.lang, true), nameTextStyle: { color: look.muted, align: "left", fontSize: 12, padding: [0, 0, groups.length ? 6 : 4, 0] } },
    series: [
      ...parts.map((name, g) => ({
        type: "scatter",
        name,
        color: kind(look.categories, g),
        symbol: kind(symbols, g),
        data: spec.points.flatMap((p, at) =>
          groups.length && (p.group ?? 0) !== g
            ? []
            : [{ value: [p.x, p.y], at, symbolSize: p.marked ? 15 : 9, itemStyle: p.marked ? { borderColor: look.ink, borderWidth: 2 } : {} }],
        ),
        label: {
          show: true,
          position: "right",
          fontSize: crowded ? 10 : 11,
          color: look.muted,
          formatter: (hit: { data: { at: number } }) => say(spec.points[hit.data.at]?.name ?? "", view.lang),
        },
        labelLayout: { hideOverlap: true },
        ...(g === 0 && spec.line
          ? {
              markLine: {
                silent: true,
                symbol: "none",
                lineStyle: { color: look.mark, width: 1.8, type: "solid" },
                label: { show: false },
                data: [[{ coord: spec.line[0] }, { coord: spec.line[1] }]],
              },
            }
          : {}),
      })),
    ],
  };
}

export function common(look: Theme): Option {
  return {
    animationDuration: 300,
    backgroundColor: "transparent",
    textStyle: { fontFamily: fonts, color: look.ink },
    aria: { enabled: false },
  };
}

function legend(look: Theme, names: string[], show: boolean): Option {
  return { show, data: names, top: 0, left: 0, itemWidth: 22, itemHeight: 10, itemGap: 14, textStyle: { color: look.ink, fontSize: 12.5 }, inactiveColor: look.hatch };
}

export function value(look: Theme, axis: Axis, lang: Lang, vertical: boolean): Option {
  const step = (axis.ticks[1] ?? axis.high) - axis.low;
  return {
    type: "value",
    min: axis.low,
    max: axis.high,
    interval: step,
    name: say(axis.title, lang),
    nameLocation: vertical ? "end" : "middle",
    nameGap: vertical ? 14 : 26,
    nameTextStyle: { color: look.muted, fontSize: 12, align: vertical ? "left" : "center" },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: look.rule } },
    axisLabel: {
      color: look.muted,
      fontSize: 12,
      hideOverlap: true,
      formatter: (v: number) => say(axis.labels[Math.round((v - axis.low) / step)] ?? "", lang),
    },
  };
}

function steps(look: Theme, words: Series["labels"], lang: Lang, gap: boolean): Option {
  return {
    type: "category",
    boundaryGap: gap,
    data: words.map((w) => say(w, lang)),
    axisLine: { lineStyle: { color: look.hatch } },
    axisTick: { show: false },
    axisLabel: { color: look.muted, fontSize: 12, hideOverlap: true },
  };
}

export function tipBox(look: Theme): Option {
  return {
    confine: true,
    backgroundColor: look.raised,
    borderColor: look.rule,
    textStyle: { color: look.ink, fontSize: 13, fontFamily: fonts },
    transitionDuration: 0,
  };
}

function stepTip(look: Theme, spec: { steps: Series["labels"]; series: Series[] }, lang: Lang, colour: (s: Series, i: number) => string): Option {
  return {
    ...tipBox(look),
    trigger: "axis",
    axisPointer: { type: "line", lineStyle: { color: look.hatch } },
    formatter: (hits: { dataIndex: number }[]) => {
      const at = hits[0]?.dataIndex ?? 0;
      const rows = spec.series.map((s, i) => ({
        colour: colour(s, i),
        name: say(s.name, lang),
        value: withRange(say(s.labels[at] ?? "", lang), s.ranges?.[at] ?? null),
      }));
      return tipLines(say(spec.steps[at] ?? "", lang), rows);
    },
  };
}

/** The reference across and the upright dates of a line chart, as one mark line of its first series. */
function linesMarks(look: Theme, spec: LinesSpec, lang: Lang): Option {
  const across = spec.reference === null ? [] : [{ yAxis: spec.reference, label: { show: false } }];
  const upright = (spec.marks ?? []).map((m) => ({
    xAxis: m.at,
    lineStyle: { color: m.own ? look.ink : look.muted, width: m.own ? 2 : 1.2, type: m.own ? "solid" : [3, 3] },
    label: { show: true, formatter: say(m.label, lang), color: m.own ? look.ink : look.muted, position: "end" },
  }));
  if (!across.length && !upright.length) return {};
  return { markLine: { ...reference(look, {}, ""), data: [...across, ...upright] } };
}

function reference(look: Theme, at: Option, label: string): Option {
  return {
    silent: true,
    symbol: "none",
    lineStyle: { color: look.muted, type: [4, 3], width: 1.2 },
    label: { show: label !== "", formatter: label, color: look.muted, fontSize: 11.5, position: "start" },
    data: [at],
  };
}

/** The interval of a line as one shape behind it, broken where an end is missing. */
function band(s: Series, colour: string): Option {
  return {
    type: "custom",
    silent: true,
    tooltip: { show: false },
    data: [0],
    z: 1,
    renderItem: (_: unknown, api: Api) => {
      const runs: [number, number][][] = [];
      let upper: [number, number][] = [];
      let lower: [number, number][] = [];
      const close = (): void => {
        if (upper.length > 1) runs.push([...upper, ...lower.reverse()]);
        upper = [];
        lower = [];
      };
      s.values.forEach((_v, i) => {
        const [a, b] = [s.low?.[i], s.high?.[i]];
        if (a == null || b == null) return close();
        upper.push(api.coord([i, b]));
        lower.push(api.coord([i, a]));
      });
      close();
      return {
        type: "group",
        children: runs.map((points) => ({ type: "polygon", shape: { points }, style: { fill: colour, opacity: 0.15 } })),
      };
    },
  };
}

function whiskers(rows: Row[], look: Theme, bar: boolean): Option {
  return {
    type: "custom",
    silent: true,
    tooltip: { show: false },
    data: rows.map((_, i) => i),
    z: bar ? 4 : 2,
    renderItem: (params: { dataIndex: number }, api: Api) => {
      const r = rows[params.dataIndex];
      if (!r || r.low === null || r.high === null) return { type: "group", children: [] };
      const [x1, y] = api.coord([r.low, params.dataIndex]);
      const [x2] = api.coord([r.high, params.dataIndex]);
      const line = (a: number, b: number, c: number, d: number): Option => ({
        type: "line",
        shape: { x1: a, y1: b, x2: c, y2: d },
        style: { stroke: bar ? look.ink : look.muted, lineWidth: bar ? 1.3 : 2.2 },
      });
      return { type: "group", children: [line(x1, y, x2, y), line(x1, y - 3.5, x1, y + 3.5), line(x2, y - 3.5, x2, y + 3.5)] };
    },
  };
}

/** The written value to the right of the interval's end. */
function numbers(rows: Row[], look: Theme, lang: Lang): Option {
  return {
    type: "custom",
    silent: true,
    tooltip: { show: false },
    data: rows.map((_, i) => i),
    z: 5,
    renderItem: (params: { dataIndex: number }, api: Api) => {
      const r = rows[params.dataIndex];
      if (!r || r.value === null) return { type: "group", children: [] };
      const [x, y] = api.coord([Math.max(r.value, r.high ?? r.value), params.dataIndex]);
      return {
        type: "text",
        style: { text: say(r.label, lang), x: x + 9, y, verticalAlign: "middle", fill: look.muted, font: `11.5px ${fonts}` },
      };
    },
  };
}

const withRange = (label: string, range: string | null): string => (range ? `${label} ${range}` : label);

/** A rough width in em: a Chinese character counts one, a Latin letter a half. */
export const advance = (text: string): number => [...text].reduce((sum, c) => sum + (c > "\u2e80" ? 1 : 0.55), 0);

function legendRows(names: string[], width: number): number {
  const total = names.reduce((sum, n) => sum + 50 + 13 * advance(n), 0);
  return names.length > 1 ? Math.ceil(total / Math.max(width - 20, 120)) : 0;
}
