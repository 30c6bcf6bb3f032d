/** What the server told once and does not change: the study, its places, the saved project. */

import { get, Refused, send } from "./api";
import { change, type Doc, doc, fromHash, setUi, startAddress, ui, watch } from "./state";
import type { Place, Session } from "./types";

export let session: Session;
export let places: Place[] = [];
const byCode = new Map<string, Place>();
const byName = new Map<string, Place>();

export const place = (code: string): Place | undefined => byCode.get(code);
/** The place that a chart's row stands for, by any of its Chinese names. */
export const named = (name: string): Place | undefined => byName.get(name);
export const placeName = (code: string): string => {
  const found = byCode.get(code);
  return found ? (ui.lang === "zh" ? found.zh : found.en) : code;
};

type Saved = Omit<Doc, "tab">;
let revision = 0;
let lastSaved = "";
let timer = 0;

const savable = ({ tab: _, ...rest }: Doc): Saved => rest;

export async function open(): Promise<void> {
  const [told, list, project] = await Promise.all([
    get<Session>("/api/session"),
    get<{ places: Place[] }>("/api/places"),
    get<{ revision: number; project: Partial<Saved> | null }>("/api/project"),
  ]);
  session = told;
  places = list.places;
  for (const p of places) {
    byCode.set(p.code, p);
    for (const name of [p.zh, p.full, p.en]) if (!byName.has(name)) byName.set(name, p);
  }
  revision = project.revision;
  const fallback = { region: doc.region || told.region || "", variable: told.variable ?? "" };
  change(fitting({ ...fallback, ...(project.project ?? {}), ...fromHash(location.hash) }), "", true);
  lastSaved = JSON.stringify(savable(doc));
  startAddress();
  watch(plan);
  window.addEventListener("pagehide", () => void (timer && store()));
}

/** The choices without what this study does not have: another study's region or indicator. */
function fitting(wanted: Partial<Doc>): Partial<Doc> {
  const region = wanted.region && byCode.has(wanted.region) ? wanted.region : "";
  const known = session.variables.some((v) => v.id === wanted.variable);
  const grouping = session.groupings.some((g) => g.id === wanted.grouping) ? wanted.grouping! : "";
  const peers = wanted.peers ? wanted.peers.filter((p) => byCode.has(p)) : null;
  return { ...wanted, region, grouping, peers, variable: known ? wanted.variable! : (session.variable ?? "") };
}

function plan(): void {
  if (ui.save === "conflict" || JSON.stringify(savable(doc)) === lastSaved) return;
  window.clearTimeout(timer);
  timer = window.setTimeout(() => void store(), 900);
}

let storing = false;
let again = false;

/** One save under way at a time: a second one of the same revision would be refused as another window's. */
async function store(): Promise<void> {
  timer = 0;
  if (storing) {
    again = true;
    return;
  }
  storing = true;
  const project = savable(doc);
  const text = JSON.stringify(project);
  setUi({ save: "saving" });
  try {
    revision = (await send<{ revision: number }>("PUT", "/api/project", { revision, project })).revision;
    lastSaved = text;
    setUi({ save: "saved" });
  } catch (error) {
    setUi({ save: error instanceof Refused && error.status === 409 ? "conflict" : "failed" });
    if (ui.save === "failed") timer = window.setTimeout(() => void store(), 5000);
  }
  storing = false;
  if (again && ui.save === "saved") {
    again = false;
    void store();
  }
}

/** After two windows changed one project: read the other's, or write this one over it. */
export async function settle(mine: boolean): Promise<void> {
  const project = await get<{ revision: number; project: Partial<Saved> | null }>("/api/project");
  revision = project.revision;
  if (mine) return store();
  change(project.project ?? {});
  lastSaved = JSON.stringify(savable(doc));
  setUi({ save: "saved" });
}
