/** Words that are colours: a lamp stands before them, with a shape of its own for those who do not see colours. */

import type { Cell } from "./types";

const LIGHTS = ["green", "blue", "yellow", "orange", "red", "grey"] as const;
export type Light = (typeof LIGHTS)[number];

/** The lamp of a cell that names a colour, by its English word. */
export function light(cell: Cell): Light | null {
  if (!("en" in cell)) return null;
  const word = cell.en.toLowerCase();
  return LIGHTS.find((l) => l === word) ?? (word === "amber" ? "yellow" : word === "gray" || word === "not applicable" ? "grey" : null);
}

/** Columns whose words may be colours. */
export const lit = (column: string): boolean => column === "light" || /colou?r$/.test(column);
