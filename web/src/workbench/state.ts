/** One document of choices with undo and redo; the rest of the screen follows from it. */

import { useEffect, useState } from "preact/hooks";
import type { Lang } from "../kit";
import type { Scenario } from "./types";

export const SCALES = ["level", "relative", "growth"] as const;
export type Scale = (typeof SCALES)[number];

export interface Doc {
  tab: string;
  region: string;
  variable: string;
  year: number | null;
  span: [number, number] | null; // the years shown, all where null
  grouping: string;
  scale: Scale;
  peers: string[] | null; // places compared with; by structure where null
  scenarios: Scenario[];
  active: string;
  against: string;
  verbs: Record<string, { verb: string; options: Record<string, unknown> }>;
  snapshots: Snapshot[];
}

/** The choices at one moment, kept under a name. */
export interface Snapshot {
  name: string;
  doc: Omit<Doc, "snapshots">;
}

export interface Ui {
  lang: Lang;
  dark: boolean;
  save: "idle" | "saving" | "saved" | "failed" | "conflict";
  said: string;
  aloud: boolean; // said to screen readers only
  past: number;
  future: number;
}

export const TABS = ["overview", "diagnose", "simulate", "design", "evaluate", "review", "monitor", "import"] as const;
const DEPTH = 200;
const TOGETHER = 700; // ms within which changes of one control are one step back

const kept = (key: string): string | null => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};
const keep = (key: string, value: string): void => {
  try {
    localStorage.setItem(key, value);
  } catch {
    // storage is off: the choice lasts as long as the page
  }
};

const dim = window.matchMedia("(prefers-color-scheme: dark)");

export let doc: Doc = {
  tab: "overview",
  region: kept("yugong-region") ?? "",
  variable: "",
  year: null,
  span: null,
  grouping: "",
  scale: "level",
  peers: null,
  scenarios: [{ id: "a", title: "A", settings: [] }],
  active: "a",
  against: "",
  verbs: {},
  snapshots: [],
};

export let ui: Ui = {
  lang: kept("yugong-lang") === "en" || (kept("yugong-lang") === null && !/^zh/i.test(navigator.language)) ? "en" : "zh",
  dark: kept("yugong-theme") ? kept("yugong-theme") === "dark" : dim.matches,
  save: "idle",
  said: "",
  aloud: false,
  past: 0,
  future: 0,
};

let past: Doc[] = [];
let future: Doc[] = [];
let lastTag = "";
let lastTime = 0;
const listeners = new Set<() => void>();
const tell = (): void => listeners.forEach((l) => l());

/** Changes the document. Changes with one `tag` close together are undone together; `silent` ones never alone. */
export function change(patch: Partial<Doc>, tag = "", silent = false): void {
  const now = performance.now();
  const together = tag !== "" && tag === lastTag && now - lastTime < TOGETHER;
  if (!silent && !together) {
    past = [...past.slice(1 - DEPTH), doc];
    future = [];
  }
  if (!silent) {
    lastTag = tag;
    lastTime = now;
  }
  doc = { ...doc, ...patch };
  if (patch.region !== undefined) keep("yugong-region", patch.region);
  ui = { ...ui, past: past.length, future: future.length };
  writeHash(patch.tab !== undefined);
  tell();
}

export function undo(): void {
  const back = past.pop();
  if (!back) return;
  future.push(doc);
  restore(back);
}

export function redo(): void {
  const next = future.pop();
  if (!next) return;
  past.push(doc);
  restore(next);
}

function restore(to: Doc): void {
  doc = to;
  lastTag = "";
  keep("yugong-region", doc.region);
  ui = { ...ui, past: past.length, future: future.length };
  writeHash(false);
  tell();
}

export function setUi(patch: Partial<Ui>): void {
  ui = { ...ui, ...patch };
  if (patch.lang) keep("yugong-lang", patch.lang);
  if (patch.dark !== undefined) keep("yugong-theme", patch.dark ? "dark" : "light");
  tell();
}

dim.addEventListener("change", () => {
  if (!kept("yugong-theme")) {
    ui = { ...ui, dark: dim.matches };
    tell();
  }
});

/** The part of the state that `pick` takes, and a new drawing whenever it changes. */
export function useDoc<T>(pick: (doc: Doc) => T): T {
  return useWatched(() => pick(doc));
}
export function useUi<T>(pick: (ui: Ui) => T): T {
  return useWatched(() => pick(ui));
}
function useWatched<T>(read: () => T): T {
  const [, again] = useState(0);
  const value = read();
  useEffect(() => {
    let last = read();
    const look = (): void => {
      const next = read();
      if (next !== last) {
        last = next;
        again((n) => n + 1);
      }
    };
    listeners.add(look);
    look();
    return () => void listeners.delete(look);
  });
  return value;
}
export function watch(listener: () => void): void {
  listeners.add(listener);
}

/** The state in the address: readable where it is short, JSON where it is not. */
export function toHash(d: Doc): string {
  const q = new URLSearchParams();
  if (d.region) q.set("region", d.region);
  if (d.tab === "diagnose" || d.tab === "overview") {
    if (d.variable) q.set("variable", d.variable);
    if (d.year !== null) q.set("year", String(d.year));
    if (d.span) q.set("years", d.span.join("-"));
    if (d.grouping) q.set("grouping", d.grouping);
    if (d.scale !== "level") q.set("scale", d.scale);
    if (d.peers) q.set("peers", d.peers.join("-"));
  }
  if (d.tab === "simulate") {
    q.set("scenarios", JSON.stringify(d.scenarios));
    q.set("active", d.active);
    if (d.against) q.set("against", d.against);
  }
  const open = d.verbs[d.tab];
  if (open?.verb) {
    q.set("verb", open.verb);
    if (Object.keys(open.options).length) q.set("options", JSON.stringify(open.options));
  }
  return `#${d.tab}?${q.toString()}`;
}

export function fromHash(hash: string): Partial<Doc> | null {
  const [tab, query] = hash.replace(/^#/, "").split("?", 2);
  if (!tab || !(TABS as readonly string[]).includes(tab)) return null;
  const q = new URLSearchParams(query ?? "");
  const found: Partial<Doc> = { tab };
  const region = q.get("region");
  if (region !== null) found.region = region;
  const variable = q.get("variable");
  if (variable) found.variable = variable;
  if (q.get("year")) found.year = Number(q.get("year"));
  const span = /^(\d{4})-(\d{4})$/.exec(q.get("years") ?? "");
  if (span) found.span = [Number(span[1]), Number(span[2])];
  if (q.get("grouping")) found.grouping = q.get("grouping")!;
  const scale = SCALES.find((s) => s === q.get("scale"));
  if (scale) found.scale = scale;
  if (q.has("peers")) found.peers = q.get("peers")!.split("-").filter(Boolean);
  const scenarios = json(q.get("scenarios"));
  if (Array.isArray(scenarios) && scenarios.length) {
    found.scenarios = scenarios as Scenario[];
    found.active = q.get("active") ?? found.scenarios[0]!.id;
    found.against = q.get("against") ?? "";
  }
  const verb = q.get("verb");
  if (verb) found.verbs = { ...doc.verbs, [tab]: { verb, options: (json(q.get("options")) ?? {}) as Record<string, unknown> } };
  return found;
}

function json(text: string | null): unknown {
  try {
    return text ? (JSON.parse(text) as unknown) : null;
  } catch {
    return null;
  }
}

let writing = 0;
let ready = false;
/** Writes the address a moment later, so that a dragged slider does not flood the browser's history. */
function writeHash(push: boolean): void {
  if (!ready) return;
  window.clearTimeout(writing);
  const write = (): void => {
    const next = toHash(doc);
    if (next !== location.hash) history[push ? "pushState" : "replaceState"](null, "", next);
  };
  if (push) write();
  else writing = window.setTimeout(write, 250);
}
export function startAddress(): void {
  ready = true;
  writeHash(false);
  window.addEventListener("popstate", () => {
    const found = fromHash(location.hash);
    if (found && location.hash !== toHash(doc)) change(found, "", true);
  });
}
export const link = (): string => `${location.origin}${location.pathname}${toHash(doc)}`;
