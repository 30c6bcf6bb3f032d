/** Levers by instrument: slider, exact number, unit, baseline, where it applies, who pays. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Chooser } from "../chooser";
import { change, doc, ui } from "../state";
import { Icon, told, tr, Unit, useLang } from "../text";
import type { Lever, Levers as All, Option, Scenario, Setting } from "../types";

type Selector = "place" | "origin" | "destination" | "sector" | "land";
const SELECTORS: Record<string, Selector> = { place: "place", from: "origin", to: "destination", sector: "sector", land: "land" };
const WORDS = { place: "place", origin: "from", destination: "to", sector: "sector", land: "land" } as const;
const FINE = 1000; // positions of a slider

/** Replaces the settings of the open scenario, as one step of undo for each control. */
export function setSettings(settings: Setting[], tag: string): void {
  change({ scenarios: doc.scenarios.map((s) => (s.id === doc.active ? { ...s, settings } : s)) }, tag);
}

const pointed = (s: Setting): boolean => Object.values(SELECTORS).some((k) => s[k]?.length) || !!s.both;

interface Props {
  all: All;
  scenario: Scenario;
}

export function LeverPanel({ all, scenario }: Props): JSX.Element {
  useLang();
  const [query, search] = useState("");
  const q = query.trim().toLowerCase();
  const hit = (l: Lever): boolean => !q || [l.title.zh, l.title.en, l.id].some((w) => w.toLowerCase().includes(q));
  return (
    <section class="levers" aria-label={tr("levers")}>
      <div class="levers-head">
        <input type="search" placeholder={tr("lever_search")} aria-label={tr("lever_search")} value={query} onInput={(e) => search(e.currentTarget.value)} />
        <button type="button" class="tool" disabled={!scenario.settings.length} onClick={() => setSettings([], "")}>
          <Icon name="reset" /> {tr("reset_all")}
        </button>
      </div>
      {all.families.map((family, i) => {
        const levers = family.levers.filter(hit);
        const moved = levers.filter((l) => scenario.settings.some((s) => s.lever === l.id)).length;
        if (!levers.length) return null;
        return (
          <details key={family.id} class="family" open={i < 2 || !!q || moved > 0}>
            <summary>
              {told(family.title)}
              <span class="count">{levers.length}</span>
              {moved > 0 && <span class="dot">{moved} {tr("changed")}</span>}
            </summary>
            {levers.map((l) => (
              <LeverRow key={l.id} lever={l} all={all} scenario={scenario} />
            ))}
          </details>
        );
      })}
    </section>
  );
}

function LeverRow({ lever, all, scenario }: Props & { lever: Lever }): JSX.Element {
  const own = scenario.settings.map((s, i) => [s, i] as const).filter(([s]) => s.lever === lever.id);
  const rows: (readonly [Setting, number])[] = own.length ? own : [[{ lever: lever.id, value: lever.neutral }, -1]];
  const put = (at: number, next: Setting | null, tag: string): void => {
    const settings = [...scenario.settings];
    const idle = next && next.value === lever.neutral && !pointed(next) && own.length === 1;
    if (at < 0) {
      if (next && !idle) settings.push(next);
    } else if (!next || idle) settings.splice(at, 1);
    else settings[at] = next;
    setSettings(settings, tag);
  };
  const payer = told(lever.payer);
  return (
    <div class={`lever ${own.length ? "moved" : ""}`} data-lever={lever.id}>
      <p class="name" title={told(lever.note)}>
        {told(lever.title)}
        <Unit text={lever.unit} />
      </p>
      {rows.map(([s, at], n) => (
        <Control key={n} id={`${lever.id}-${n}`} lever={lever} all={all} setting={s} first={n === 0} onPut={(next, tag) => put(at, next, tag)} />
      ))}
      <p class="foot">
        {payer && (
          <span>
            {tr("payer")}
            {payer}
          </span>
        )}
        {own.length > 0 && lever.by.some((b) => b in SELECTORS) && (
          <button type="button" class="link" onClick={() => put(-1, { lever: lever.id, value: lever.neutral, [first(lever)]: all.places.slice(0, 1).map((p) => p.id) }, "")}>
            + {tr("add_another")}
          </button>
        )}
      </p>
    </div>
  );
}

const first = (lever: Lever): Selector => SELECTORS[lever.by.find((b) => b in SELECTORS) ?? "place"]!;

interface ControlProps {
  id: string;
  lever: Lever;
  all: All;
  setting: Setting;
  first: boolean;
  onPut: (next: Setting | null, tag: string) => void;
}

function Control({ id, lever, all, setting, first, onPut }: ControlProps): JSX.Element {
  const log = lever.scale === "log";
  const to = (v: number): number => (log ? (FINE * Math.log(v / lever.low)) / Math.log(lever.high / lever.low) : (FINE * (v - lever.low)) / (lever.high - lever.low));
  const from = (p: number): number => {
    const raw = log ? lever.low * (lever.high / lever.low) ** (p / FINE) : lever.low + ((lever.high - lever.low) * p) / FINE;
    const near = Math.round((raw - lever.neutral) / lever.step) * lever.step + lever.neutral;
    return Number(Math.min(Math.max(near, lever.low), lever.high).toPrecision(10));
  };
  const set = (value: number): void => onPut({ ...setting, value }, `${id}-value`);
  const base = to(lever.neutral);
  const title = told(lever.title);
  return (
    <div class="control">
      <div class="slide">
        <span class="track">
          <i class="tick" style={{ left: `calc(8px + (100% - 16px) * ${base / FINE})` }} title={tr("baseline")} aria-hidden="true" />
          <input
            type="range"
            id={`lever-${id}`}
            min={0}
            max={FINE}
            step="any"
            value={to(setting.value)}
            aria-label={title}
            aria-valuetext={String(setting.value)}
            onInput={(e) => set(from(e.currentTarget.valueAsNumber))}
            onKeyDown={(e) => {
              const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[e.key];
              if (!by) return;
              e.preventDefault();
              const next = Math.min(Math.max(setting.value + by * lever.step, lever.low), lever.high);
              set(Number(next.toPrecision(10)));
            }}
          />
        </span>
        <input
          type="number"
          class="exact"
          min={lever.low}
          max={lever.high}
          step="any"
          value={setting.value}
          aria-label={`${title} ${told(lever.unit)}`}
          onChange={(e) => {
            const v = e.currentTarget.valueAsNumber;
            if (Number.isFinite(v)) set(Math.min(Math.max(v, lever.low), lever.high));
            else e.currentTarget.value = String(setting.value);
          }}
        />
        <button
          type="button"
          class="ghost"
          disabled={setting.value === lever.neutral && !pointed(setting)}
          aria-label={`${tr(first ? "reset" : "remove")} ${title}`}
          title={`${tr(first ? "reset" : "remove")} (${tr("baseline")} ${lever.neutral})`}
          onClick={() => onPut(null, "")}
        >
          <Icon name={first ? "reset" : "close"} />
        </button>
      </div>
      <Where id={id} lever={lever} all={all} setting={setting} onPut={onPut} />
    </div>
  );
}

function Where({ id, lever, all, setting, onPut }: Omit<ControlProps, "first">): JSX.Element | null {
  const keys = lever.by.flatMap((b) => (SELECTORS[b] ? [SELECTORS[b]] : []));
  if (!keys.length) return null;
  const options = (key: Selector): Option[] =>
    key === "sector" ? (all.sectors["eight"] ?? []) : key === "land" ? all.land : all.places;
  const titles = new Map([...all.places, ...all.groups, ...(all.sectors["eight"] ?? []), ...all.land].map((o) => [o.id, o.title]));
  const said = keys.flatMap((k) =>
    setting[k]?.length ? [`${keys.length > 1 ? `${tr(WORDS[k])} ` : ""}${setting[k].map((c) => told(titles.get(c)) || c).join(ui.lang === "zh" ? "、" : ", ")}`] : [],
  );
  return (
    <details class="where">
      <summary>
        {tr("where")} · <b>{said.length ? said.join(" · ") : tr("everywhere")}</b>
      </summary>
      <div class="choosers">
        {keys.map((k) => (
          <Chooser
            key={k}
            id={`${id}-${k}`}
            label={tr(WORDS[k])}
            options={options(k)}
            groups={k === "sector" || k === "land" ? [] : all.groups}
            values={setting[k] ?? []}
            onChange={(values) => onPut({ ...setting, [k]: values }, "")}
          />
        ))}
        {keys.includes("origin") && (
          <label class="check">
            <input type="checkbox" checked={!!setting.both} onChange={(e) => onPut({ ...setting, both: e.currentTarget.checked }, "")} />
            {tr("both")}
          </label>
        )}
      </div>
    </details>
  );
}
