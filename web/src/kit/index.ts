/** The one chart kit: a host element and a spec made by Python in, a drawing out. */

import { drawChart } from "./chart";
import { drawMap } from "./map";
import type { Drawing, Spec, Words } from "./types";

export * from "./types";
export { theme } from "./theme";

/** `onSelect` is told a place code by maps and a Chinese name by charts. */
export function draw(host: HTMLElement, spec: Spec, words: Words, onSelect?: (code: string) => void): Drawing {
  return spec.kind === "map" ? drawMap(host, spec, words, onSelect) : drawChart(host, spec, onSelect);
}

export const frames = (spec: Spec): number => (spec.kind === "map" || spec.kind === "ranking" ? spec.frames.length : 1);
export const start = (spec: Spec): number => (spec.kind === "map" || spec.kind === "ranking" ? spec.start : 0);
