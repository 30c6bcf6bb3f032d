/** A long ranking shows a window of its rows, moved by scrolling; hundreds of rows never fit one canvas. */

import type { RankingSpec } from "./types";

const MANY = 80;
export const SHOWN = 34;

export const long = (spec: RankingSpec): boolean => Math.max(...spec.frames.map((f) => f.rows.length)) > MANY;

/** The spec of the rows from `from` on in one frame; the axis stays that of all. */
export const windowed = (spec: RankingSpec, frame: number, from: number): RankingSpec => {
  const all = spec.frames[frame] ?? spec.frames[0]!;
  return { ...spec, frames: [{ title: all.title, rows: all.rows.slice(from, from + SHOWN) }], start: 0 };
};

/** Where the window begins so that the marked row is seen: where it is now, or with that row in its middle. */
export function seeing(spec: RankingSpec, frame: number, from: number): number {
  const rows = spec.frames[frame]?.rows ?? [];
  const last = Math.max(rows.length - SHOWN, 0);
  const at = rows.findIndex((r) => r.marked);
  if (at < 0 || (at >= from && at < from + SHOWN)) return Math.min(from, last);
  return Math.min(Math.max(at - Math.floor(SHOWN / 2), 0), last);
}
