/** The first page: finished on screen when it opens, about the country and the user's own region. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { get } from "./api";
import { BlockView, Busy, KeyFigures, Trouble } from "./blocks";
import { Figure } from "./figure";
import { Finder } from "./finder";
import { Panel } from "./panel";
import { useResource } from "./resource";
import { change, useDoc } from "./state";
import { place, session } from "./store";
import { Answering } from "./taking";
import { told, tr, useLang } from "./text";
import type { OverviewAnswer } from "./types";

export function Overview(): JSX.Element {
  useLang();
  const region = useDoc((d) => d.region);
  const { data, error, busy, again } = useResource(`overview ${region}`, (signal) =>
    get<OverviewAnswer>(`/api/overview${region ? `?region=${region}` : ""}`, signal),
  );
  const select = (code: string): void => {
    if (place(code)) change({ region: code });
  };
  const blocks = data?.blocks ?? [];
  const [seen, see] = useState("");
  const behind = data?.behind?.find((b) => "id" in b && b.id === seen);
  const keys = blocks.find((b) => b.kind === "key_figures");
  // without a map of its places, the first chart that a headline or a finding rests on
  const rested = [...(keys?.kind === "key_figures" ? keys.items : []), ...blocks.filter((b) => b.kind === "finding")].map((b) => b.see);
  const charts = (data?.behind ?? []).filter((b) => b.kind === "figure");
  const map = blocks.find((b) => b.kind === "figure" && b.chart.kind === "map") ?? charts.find((b) => rested.includes(b.id)) ?? charts[0];
  const rest = blocks.filter((b) => b !== keys && b !== map);
  const findings = rest.filter((b) => b.kind === "finding" || b.kind === "paragraph" || b.kind === "heading");
  const below = rest.filter((b) => !findings.includes(b));
  const years = session.years;
  return (
    <Answering.Provider value={{ run: data?.run_id ?? "" }}>
    <div class="overview" aria-busy={busy}>
      <div class="hero">
        <div>
          <h1>{told(session.study.title)}</h1>
          <p class="facts">
            <span>
              {tr("places_count")} {session.study.places}
            </span>
            <span>
              {tr("years_span")} {years[0]}–{years[years.length - 1]}
            </span>
            <span>
              {tr("indicators")} {session.variables.length}
            </span>
          </p>
        </div>
        <Finder id="overview-region" label={tr("my_region")} value={region} onPick={(code) => change({ region: code })} />
      </div>
      {error && <Trouble error={error} again={again} />}
      {!data && busy && <Busy />}
      {keys?.kind === "key_figures" && <KeyFigures block={keys} id="headline" onSee={see} has={(id) => !!data?.behind?.some((x) => "id" in x && x.id === id)} />}
      <div class={`${map ? "split" : ""} ${busy ? "waiting" : ""}`}>
        <div>{map?.kind === "figure" && <Figure block={map} onSelect={select} />}</div>
        <div class="findings">
          {findings.map((b, i) => (
            <BlockView key={i} block={b} onSee={see} has={(id) => !!data?.behind?.some((x) => "id" in x && x.id === id)} />
          ))}
        </div>
      </div>
      {behind && (
        <Panel title={tr("evidence")} onClose={() => see("")}>
          <BlockView block={behind} />
        </Panel>
      )}
      {below.length > 0 && (
        <div class="pair">
          {below.map((b, i) => (
            <BlockView key={i} block={b} onSelect={select} />
          ))}
        </div>
      )}
    </div>
    </Answering.Provider>
  );
}
