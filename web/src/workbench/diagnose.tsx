/** One selection seen four ways at once: map, ranking, series and table move together. */

import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { Refused, send } from "./api";
import { Busy, Card, Provenance, TableBlock, Take, Trouble } from "./blocks";
import { Figure } from "./figure";
import { Finder } from "./finder";
import { Panel } from "./panel";
import { Player } from "./player";
import { useResource } from "./resource";
import { change, SCALES, type Scale, useDoc } from "./state";
import { named, place, session } from "./store";
import { Answering } from "./taking";
import { Icon, told, tr, useLang } from "./text";
import type { Block, FigureBlock, Option, ViewAnswer } from "./types";

/** The view of a year; of the last one where the indicator has no figures for it. */
async function inYear(asked: object, year: number | null, signal: AbortSignal): Promise<ViewAnswer> {
  if (year === null) return send("POST", "/api/view", asked, signal);
  try {
    return await send("POST", "/api/view", { ...asked, year }, signal);
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 422) throw error;
    return send("POST", "/api/view", asked, signal);
  }
}

export function Diagnose(): JSX.Element {
  const lang = useLang();
  const region = useDoc((d) => d.region);
  const variable = useDoc((d) => d.variable);
  const year = useDoc((d) => d.year);
  const span = useDoc((d) => d.span);
  const grouping = useDoc((d) => d.grouping);
  const scale = useDoc((d) => d.scale);
  const peers = useDoc((d) => d.peers);
  const [method, showMethod] = useState(false);
  const asked = { variable, scale, ...(peers && region ? { peers } : {}), ...(region ? { region } : {}), ...(grouping ? { groups: grouping } : {}), ...(span ? { years: span } : {}) };
  const seen = useRef(false);
  const view = useResource(
    variable ? JSON.stringify({ ...asked, year }) : null,
    (signal) => inYear(asked, year, signal),
    seen.current ? 120 : 0,
  );
  const data = view.data;
  seen.current = data !== null;
  const years = data?.years ?? [];
  const now = year !== null && years.includes(year) ? year : (data?.year ?? null);
  const select = (codeOrName: string): void => {
    const found = place(codeOrName) ?? named(codeOrName);
    if (found) change({ region: found.code });
  };
  const block = (role: string): Block | undefined => data?.blocks.find((b) => "id" in b && b.id === data.roles[role]);
  const figure = (role: string): FigureBlock | null => {
    const found = block(role);
    return found?.kind === "figure" ? found : null;
  };
  const [map, ranking, series, table] = [figure("map"), figure("ranking"), figure("series"), block("table")];
  const below = (
    <>
      {series && <Figure block={series} />}
      {table?.kind === "table" && <TableBlock table={table} onSelect={select} />}
    </>
  );
  const card = data?.blocks.find((b) => b.kind === "card");
  const kinds = [...new Set(session.variables.map((v) => told(v.group)))];
  return (
    <div class="diagnose" aria-busy={view.busy}>
      <div class="controls sheet">
        <div class="field wide">
          <label for="variable">{tr("indicator")}</label>
          <select id="variable" value={variable} onChange={(e) => change({ variable: e.currentTarget.value })}>
            {kinds.map((kind) => (
              <optgroup key={kind} label={kind}>
                {session.variables
                  .filter((v) => told(v.group) === kind)
                  .map((v) => (
                    <option key={v.id} value={v.id}>
                      {told(v.title)}
                      {told(v.unit) && (lang === "zh" ? `（${told(v.unit)}）` : ` (${told(v.unit)})`)}
                    </option>
                  ))}
              </optgroup>
            ))}
          </select>
        </div>
        <Finder id="diagnose-region" label={tr("region")} value={region} onPick={(code) => change({ region: code })} />
        <div class="field">
          <label for="scale">{tr("scale")}</label>
          <select id="scale" value={scale} onChange={(e) => change({ scale: e.currentTarget.value as Scale })}>
            {SCALES.map((s) => (
              <option key={s} value={s}>
                {tr(s)}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="grouping">{tr("grouping")}</label>
          <select id="grouping" value={grouping} onChange={(e) => change({ grouping: e.currentTarget.value })}>
            <option value="">{tr("default")}</option>
            {session.groupings.map((g) => (
              <option key={g.id} value={g.id}>
                {told(g.title)}
              </option>
            ))}
          </select>
        </div>
        {(["from_year", "to_year"] as const).map((end, i) => (
          <div class="field" key={end}>
            <label for={end}>{tr(end)}</label>
            <select
              id={end}
              value={span ? String(span[i]) : ""}
              onChange={(e) => {
                const all = [session.years[0]!, session.years[session.years.length - 1]!];
                const ends = [...(span ?? all)];
                ends[i] = e.currentTarget.value ? Number(e.currentTarget.value) : all[i]!;
                const [low, high] = [Math.min(ends[0]!, ends[1]!), Math.max(ends[0]!, ends[1]!)];
                change({ span: low === all[0] && high === all[1] ? null : [low, high], year: year !== null && (year < low || year > high) ? null : year });
              }}
            >
              <option value="">{tr(end === "from_year" ? "earliest" : "latest")}</option>
              {session.years.map((y) => (
                <option key={y} value={String(y)}>
                  {y}
                </option>
              ))}
            </select>
          </div>
        ))}
        {years.length > 1 && now !== null && (
          <div class="timeline">
            <Player
              labels={years.map(String)}
              at={years.indexOf(now)}
              onMove={(at) => change({ year: years[at] ?? null }, "year")}
            />
          </div>
        )}
      </div>
      {view.error && <Trouble error={view.error} again={view.again} />}
      {!data && view.busy && <Busy />}
      {data && (
        <Answering.Provider value={{ run: data.run_id, onMethod: () => showMethod(true) }}>
          {region && <Peers chosen={data.peers} own={peers !== null} region={region} />}
          <div class="bench">
            {map && <Figure block={map} year={now} onSelect={select} />}
            {ranking && <Figure block={ranking} year={now} onSelect={select} />}
            {map ? below : <div class="stacked">{below}</div>}
          </div>
          <div class="after">
            <Take of={data} />
          </div>
          {card?.kind === "card" && method && (
            <Panel title={tr("method")} onClose={() => showMethod(false)}>
              <Card block={card} open />
              <Provenance origin={data.provenance} open />
            </Panel>
          )}
        </Answering.Provider>
      )}
    </div>
  );
}

const MOST = 12; // lines a series still tells apart

/** The places that the region is compared with: by structure, or the user's own choice. */
function Peers({ chosen, own, region }: { chosen: Option[]; own: boolean; region: string }): JSX.Element {
  useLang();
  const [adding, add] = useState(false);
  const codes = chosen.map((p) => p.id);
  const set = (next: string[] | null): void => change({ peers: next });
  return (
    <div class="chips peers" role="group" aria-label={tr("peers")}>
      <span title={tr("peers_hint")}>{tr("peers")}</span>
      {chosen.map((p) => (
        <span key={p.id} class="chip double">
          <button type="button" data-peer={p.id} title={`${tr("go_to")} ${told(p.title)}`} onClick={() => change({ region: p.id })}>
            {told(p.title)}
          </button>
          <button type="button" data-do="drop-peer" aria-label={`${tr("remove")} ${told(p.title)}`} onClick={() => set(codes.filter((c) => c !== p.id))}>
            <Icon name="close" />
          </button>
        </span>
      ))}
      {adding ? (
        <Finder
          id="peer-finder"
          label={tr("peers_own")}
          value=""
          clearable={false}
          onLeave={() => add(false)}
          onPick={(code) => {
            add(false);
            if (code !== region && !codes.includes(code)) set([...codes, code]);
          }}
        />
      ) : (
        <button type="button" class="chip" data-do="add-peer" disabled={codes.length >= MOST} title={tr("peers_own")} aria-label={tr("peers_own")} onClick={() => add(true)}>
          <Icon name="plus" />
        </button>
      )}
      {own ? (
        <button type="button" class="link" data-do="peers-default" onClick={() => set(null)}>
          {tr("peers_default")}
        </button>
      ) : (
        <span class="unit">{tr("peers_default")}</span>
      )}
    </div>
  );
}
