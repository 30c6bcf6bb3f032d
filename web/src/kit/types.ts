/** What the charts are given. Python writes every label; nothing is computed or named here. */

export type Lang = "zh" | "en";
/** One string where both languages agree, else [zh, en]. */
export type Text = string | [string, string];
export type Maybe = number | null;

export interface Axis {
  title: Text;
  low: number;
  high: number;
  ticks: number[];
  labels: Text[];
}

export interface MapSpec {
  kind: "map";
  tiles: { code: string; name: Text; short: Text; row: number; column: number }[];
  frames: { title: Text; classes: Maybe[]; labels: Text[]; short: Text[] }[];
  classes: Text[];
  start: number;
  scale: "sequential" | "diverging";
  marked: string[];
}

export interface Series {
  name: Text;
  values: Maybe[];
  labels: Text[];
  low: Maybe[] | null;
  high: Maybe[] | null;
  ranges: string[] | null;
  emphasis: "strong" | "normal" | "faint";
}

export interface LinesSpec {
  kind: "lines";
  steps: Text[];
  series: Series[];
  axis: Axis;
  reference: Maybe;
  /** Upright lines at steps: dates with their words; own ones stand out. */
  marks?: { at: number; label: Text; own: boolean }[];
}

export interface StackSpec {
  kind: "stack";
  steps: Text[];
  series: Series[];
  axis: Axis;
}

export interface Row {
  name: Text;
  value: Maybe;
  label: Text;
  low: Maybe;
  high: Maybe;
  range: string | null;
  group: Maybe;
  marked: boolean;
}

export interface RankingSpec {
  kind: "ranking";
  style: "bar" | "dot";
  frames: { title: Text; rows: Row[] }[];
  axis: Axis;
  groups: Text[];
  start: number;
  reference: Maybe;
  reference_label: Text | null;
}

export interface ScatterSpec {
  kind: "scatter";
  points: { name: Text; x: number; y: number; label: Text; group: Maybe; marked: boolean }[];
  x: Axis;
  y: Axis;
  groups: Text[];
  line: [[number, number], [number, number]] | null;
  line_label: Text | null;
}

export interface WaterfallSpec {
  kind: "waterfall";
  bars: { name: Text; start: number; end: number; label: Text; total: boolean }[];
  axis: Axis;
}

export type Spec = MapSpec | LinesSpec | StackSpec | RankingSpec | ScatterSpec | WaterfallSpec;

export interface View {
  lang: Lang;
  dark: boolean;
  frame: number;
}

/** The words a chart needs that belong to no datum, from the page. */
export interface Words {
  missing: Text;
}

export interface Drawing {
  show(view: View): void;
  /** Draws another spec of the same kind in the same host. */
  update(spec: Spec, view: View): void;
  resize(): void;
  /** The picture at twice its size on the screen. */
  canvas(): Promise<HTMLCanvasElement>;
  /** The picture of a map as SVG text; charts are written by `chartSvg`, which only some pages load. */
  svg(): string | null;
  dispose(): void;
}

export const say = (text: Text, lang: Lang): string =>
  typeof text === "string" ? text : text[lang === "zh" ? 0 : 1];
