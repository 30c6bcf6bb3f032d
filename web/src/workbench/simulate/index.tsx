/** Move a lever, see the country answer: levers on the left, what they do on the right. */

import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { get } from "../api";
import { BlockView, Busy, Take, Trouble } from "../blocks";
import { useResource } from "../resource";
import { change, useDoc } from "../state";
import { named, place } from "../store";
import { Answering } from "../taking";
import { announce, told, tr, useLang } from "../text";
import type { Block, Levers, Solved } from "../types";
import { Bands } from "./bands";
import { Diff } from "./diff";
import { Drawer } from "./drawer";
import { OwnEconomy } from "./economy";
import { LeverPanel } from "./levers";
import { ScenarioBar } from "./scenarios";
import { useSolving } from "./solving";

const QUIET = 700; // ms of rest before the answer is read out

export function Simulate(): JSX.Element {
  useLang();
  const levers = useResource("levers", (signal) => get<Levers>("/api/levers", signal));
  if (levers.error) return <Trouble error={levers.error} again={levers.again} />;
  if (!levers.data) return <Busy />;
  return <Table all={levers.data} again={levers.again} />;
}

function Table({ all, again }: { all: Levers; again: () => void }): JSX.Element {
  const lang = useLang();
  const scenarios = useDoc((d) => d.scenarios);
  const activeId = useDoc((d) => d.active);
  const againstId = useDoc((d) => d.against);
  const region = useDoc((d) => d.region);
  const [drawer, showDrawer] = useState(false);
  const active = scenarios.find((s) => s.id === activeId) ?? scenarios[0]!;
  const against = scenarios.find((s) => s.id === againstId && s.id !== active.id);
  const solving = useSolving({ scenarios: against ? [against, active] : [active], region, certificate: drawer });
  const answer = solving.answer;
  const solved = answer?.scenarios.find((s) => s.id === active.id);
  const drawn = useNextFrame(answer);
  const details = useMemo(() => {
    const of = drawn?.scenarios.find((s) => s.id === active.id);
    const other = drawn?.scenarios.find((s) => s.id === againstId && s.id !== active.id);
    const compared = drawn?.run_id ?? of?.run_id ?? "";
    return drawn && of && <Details solved={of} other={other} comparison={drawn.comparison} compared={compared} onMethod={() => showDrawer(true)} />;
  }, [drawn, active.id, againstId, lang]);
  useEffect(() => {
    if (!answer) return;
    const timer = window.setTimeout(() => announce(told(answer.summary), true), QUIET);
    return () => window.clearTimeout(timer);
  }, [answer, lang]);
  return (
    <div class="simulate">
      <ScenarioBar all={all} active={active} against={against} toml={solved?.toml ?? ""} onDrawer={() => showDrawer(!drawer)} drawer={drawer} />
      <div class="columns">
        <LeverPanel all={all} scenario={active} />
        <div class="results" aria-busy={solving.busy}>
          {solving.error && <Trouble error={solving.error} again={solving.again} />}
          {!answer && solving.busy && <Busy />}
          {solved && <Headline solved={solved} busy={solving.busy} onMethod={() => showDrawer(true)} />}
          {details}
          {solved && <Bands key={active.id} scenario={active} region={region} />}
          <OwnEconomy
            name={all.economy?.name ?? null}
            open={!answer && !!solving.error}
            onChanged={() => {
              again();
              solving.again();
            }}
          />
        </div>
      </div>
      {drawer && solved && <Drawer solved={solved} label={answer!.label} busy={solving.busy} onClose={() => showDrawer(false)} />}
    </div>
  );
}

/** The value as it was when the last frame was painted: the numbers are on the screen before maps and tables are drawn. */
function useNextFrame<T>(value: T): T {
  const [late, follow] = useState(value);
  useEffect(() => {
    let timer = 0;
    const frame = requestAnimationFrame(() => (timer = window.setTimeout(() => follow(() => value))));
    return () => {
      cancelAnimationFrame(frame);
      window.clearTimeout(timer);
    };
  }, [value]);
  return late;
}

interface HeadlineProps {
  solved: Solved;
  busy: boolean;
  onMethod: () => void;
}

function Headline({ solved, busy, onMethod }: HeadlineProps): JSX.Element {
  useLang();
  const keys = solved.blocks.find((b) => b.kind === "key_figures");
  return (
    <Answering.Provider value={{ run: solved.run_id, onMethod }}>
      <div class="answer">
        <p class="answer-head">
          <b>{told(solved.title)}</b>
          <span class={`badge ${solved.badge}`} title={tr(solved.badge === "preview" ? "preview_note" : "exact_note")}>
            {solved.badge === "failed" ? told(solved.status) : tr(solved.badge)}
          </span>
          {busy && <i class="pulse" aria-hidden="true" />}
        </p>
        {keys && <BlockView block={keys} />}
      </div>
    </Answering.Provider>
  );
}

interface DetailsProps {
  solved: Solved;
  other: Solved | undefined;
  comparison: Block[];
  compared: string; // where the comparison's tables are
  onMethod: () => void;
}

function Details({ solved, other, comparison, compared, onMethod }: DetailsProps): JSX.Element {
  useLang();
  const part = (s: Solved, role: string): Block | undefined => s.blocks.find((b) => "id" in b && b.id === s.roles[role]);
  const select = (codeOrName: string): void => {
    const found = place(codeOrName) ?? named(codeOrName);
    if (found) change({ region: found.code });
  };
  const show = (block: Block | undefined): JSX.Element | null => (block ? <BlockView block={block} onSelect={select} /> : null);
  const finding = solved.blocks.find((b) => b.kind === "finding");
  const maps = comparison.filter((b) => b.kind === "figure");
  const tables = comparison.filter((b) => b.kind !== "figure");
  return (
    <Answering.Provider value={{ run: solved.run_id, onMethod }}>
      {show(finding)}
      {other && (
        <section class="comparison" aria-label={tr("compare")}>
          <Answering.Provider value={{ run: compared, onMethod }}>
            {tables.map((b, i) => (
              <BlockView key={i} block={b} />
            ))}
          </Answering.Provider>
          <div class="bench">
            <Answering.Provider value={{ run: other.run_id, onMethod }}>{show(part(other, "map"))}</Answering.Provider>
            {show(part(solved, "map"))}
          </div>
        </section>
      )}
      <div class="bench">
        {other ? (
          <Answering.Provider value={{ run: compared, onMethod }}>
            {maps.map((b, i) => (
              <BlockView key={i} block={b} onSelect={select} />
            ))}
          </Answering.Provider>
        ) : (
          show(part(solved, "map"))
        )}
        <div class="stacked">
          {show(part(solved, "waterfall"))}
          {show(part(solved, "shares"))}
        </div>
        {show(part(solved, "winners"))}
        <div class="stacked">
          {show(part(solved, "groups"))}
          <Diff solved={solved} {...(other ? { against: other } : {})} />
        </div>
      </div>
      <div class="after">
        <Take of={solved} />
      </div>
    </Answering.Provider>
  );
}
