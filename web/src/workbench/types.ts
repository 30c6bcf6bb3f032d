/** What the server sends. Every word and number in it is already written in both languages. */

import type { Spec } from "../kit";

export interface Both {
  zh: string;
  en: string;
}

export interface Source {
  id: string;
  title: Both;
  unit: Both;
  price_basis: Both;
  publication: Both;
  vintage: Both;
  kind: string;
}

/** Words, or a number as written (`t`) and in full (`v`). */
export type Cell = Both | { t: string; v: number | null | (number | null)[] };

export interface Table {
  kind: "table";
  id: string;
  caption: Both;
  columns: { id: string; title: Both; unit: Both; type: "words" | "number" | "interval"; group: Both | null }[];
  rows: Cell[][];
  marked: number[];
  notes: Both[];
  lines: { publication: Both; vintage: Both }[];
  sources: Source[];
}

export interface FigureBlock {
  kind: "figure";
  id: string;
  caption: Both;
  unit: Both;
  chart: Spec;
  table: Table;
  description: Both;
  notes: Both[];
}

export interface CardBlock {
  kind: "card";
  id: string;
  title: Both;
  mathml: string | null;
  formula: string;
  convention: Both;
  zero: Both | null;
  options: Record<string, unknown>;
  citations: { key: string; gbt7714: string; bibtex: string }[];
}

export interface Key {
  title: Both;
  value: Both;
  unit: Both;
  interval: Both;
  note: Both;
  see: string | null;
  full: number | null;
}

export interface Keys {
  kind: "key_figures";
  items: Key[];
}

export interface FindingBlock {
  kind: "finding";
  text: Both;
  detail: Both | null;
  see: string | null;
  tone: "closer" | "wider" | "neutral" | "caution";
}

export type Block = Table | FigureBlock | CardBlock | Keys | FindingBlock | { kind: "heading" | "paragraph"; text: Both };

export interface Option {
  id: string;
  title: Both;
}

export interface Origin {
  study: string;
  selection: Record<string, unknown>;
  sources: Source[];
}

export interface Session {
  version: string;
  study: { id: string; title: Both; places: number; level: string; note: Both };
  years: number[];
  region: string | null;
  variable: string | null;
  variables: { id: string; title: Both; unit: Both; direction: string; kind: string; group: Both; first_year: number; last_year: number }[];
  groupings: Option[];
  rooms: { id: string; title: Both; families: { id: string; title: Both; verbs: Option[] }[] }[];
  limits: Record<string, number>;
  simulator: "cold" | "warming" | "ready" | "absent";
}

export interface Place {
  code: string;
  zh: string;
  en: string;
  full: string;
  pinyin: string;
  initials: string;
  level: string;
}

export interface Problem {
  what: Both;
  do: Both | null;
  file: string | null;
  sheet: string | null;
  row: number | null;
  column: string | null;
}

export interface Handle {
  run_id: string;
  python: string;
  cli: string;
}

export interface OverviewAnswer {
  blocks: Block[];
  behind: Block[];
  run_id: string;
}

export interface ViewAnswer extends Handle {
  blocks: Block[];
  roles: Record<string, string>;
  variable: string;
  year: number;
  years: number[];
  region: string | null;
  peers: Option[];
  provenance: Origin;
}

export interface Field {
  id: string;
  title: Both;
  kind: "text" | "number" | "integer" | "bool" | "choice" | "texts" | "numbers" | "integers" | "choices" | "file";
  required: boolean;
  default: unknown;
  nullable: boolean;
  choices: Option[];
  low: number | null;
  high: number | null;
  unit: Both | null;
  source: string | null;
}

export interface FormTable {
  id: string;
  title: Both;
  note: Both;
  columns: { id: string; title: Both; kind: string; unit: Both; required: boolean }[];
}

export interface Verb {
  id: string;
  family: string;
  title: Both;
  summary: Both;
  fields: Field[];
  forms: FormTable[];
}

export interface VerbList {
  room: string;
  sources: Record<string, Option[]>;
  families: Option[];
  verbs: Verb[];
}

export interface RunAnswer extends Handle {
  blocks: Block[];
  notes: Both[];
  provenance: Origin | null;
  formats: string[];
}

export interface Lever {
  id: string;
  title: Both;
  unit: Both;
  low: number;
  high: number;
  neutral: number;
  step: number;
  start: number;
  scale: "linear" | "log";
  mode: string;
  by: string[];
  payer: Both;
  note: Both;
  reference: string | null;
}

export interface Setting {
  lever: string;
  value: number;
  place?: string[];
  origin?: string[];
  destination?: string[];
  sector?: string[];
  land?: string[];
  both?: boolean;
  mode?: string | null;
}

export interface Scenario {
  id: string;
  title: string;
  settings: Setting[];
  extends?: string[];
  payers?: string[];
}

export interface Preset {
  id: string;
  title: Both;
  note?: Both;
  settings: Setting[];
  payers?: string[];
}

export interface Levers {
  simulator: Session["simulator"];
  families: { id: string; title: Both; levers: Lever[] }[];
  places: Option[];
  groups: Option[];
  sectors: Record<string, Option[]>;
  land: Option[];
  presets: Preset[];
  label: Both | null;
  economy?: { name: string } | null; // the user's own tables, where they are used
}

export interface Certificate {
  text: Both;
  rows: { id: string; title: Both; value: number | null; t: string }[];
}

/** One setting of a scenario beside what it replaces. */
export interface Change {
  lever: string;
  title: Both;
  where: { by: "place" | "origin" | "destination" | "sector" | "land"; names: Both[] }[];
  old: { t: string; v: number };
  new: { t: string; v: number };
  unit: Both;
  payer: Both;
  source: string | null;
}

export interface Job {
  job: string;
  kind: string;
  state: "waiting" | "running" | "done" | "cancelled" | "failed";
  done: number;
  total: number;
  text: Both;
  result: { blocks?: Block[]; formats?: string[]; run_id?: string } | null;
  error: { error: Both; problems?: Problem[]; status?: number } | null;
}

export interface Solved extends Handle {
  id: string;
  title: Both;
  badge: "exact" | "preview" | "failed";
  status: Both;
  converged: boolean;
  blocks: Block[];
  roles: Record<string, string>;
  certificate: Certificate | null;
  diff: Change[];
  toml: string;
}

export interface Simulated {
  seq: number;
  label: Both;
  scenarios: Solved[];
  comparison: Block[];
  summary: Both;
  milliseconds: number;
  run_id?: string; // of the comparison
}

export interface ImportedTable {
  id: string;
  sheet: string | null;
  title: string;
  places: number;
  years: number[];
  columns: { title: string; variable: string; known: boolean; name: string; unit: string; cells: number; columns: string[] }[];
  understood: Both[];
  notes: Problem[];
  problems: Problem[];
  start: string[][];
}

export interface Imported {
  import_id: string;
  file: string;
  name: string;
  tables: ImportedTable[];
  problems: Problem[];
}
