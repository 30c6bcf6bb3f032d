/** Monte-Carlo bands as a job in the background: true progress, and a way to stop it. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Refused, send, get } from "../api";
import { Blocks, Trouble } from "../blocks";
import { announce, told, tr, useLang } from "../text";
import type { Job, Scenario } from "../types";

const DRAWS = [50, 200, 500];
const BEAT = 400; // ms between looks at a running job

export function Bands({ scenario }: { scenario: Scenario }): JSX.Element {
  useLang();
  const [draws, setDraws] = useState(DRAWS[0]!);
  const [job, set] = useState<Job | null>(null);
  const [error, fail] = useState<Refused | null>(null);
  const [of, remember] = useState("");
  const timer = useRef(0);
  const id = useRef("");
  const now = JSON.stringify(scenario.settings);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const guard = (work: Promise<void>): void =>
    void work.catch((e: unknown) => {
      if (!(e instanceof Refused)) throw e;
      fail(e);
      set(null);
    });
  const look = async (id: string): Promise<void> => {
    const seen = await get<Job>(`/api/jobs/${id}`);
    set(seen);
    if (seen.state === "running" || seen.state === "waiting") timer.current = window.setTimeout(() => guard(look(id)), BEAT);
    else announce(tr(seen.state === "done" ? "updated" : "cancelled"));
  };
  const begin = async (): Promise<void> => {
    fail(null);
    remember(now);
    const { title, ...rest } = scenario;
    id.current = (await send<{ job: string }>("POST", "/api/jobs", { kind: "bands", scenario: { ...rest, title: { zh: title, en: title } }, draws })).job;
    await look(id.current);
  };
  const running = job?.state === "running" || job?.state === "waiting";
  return (
    <section class="sheet bands">
      <div class="head">
        <p class="caption">
          {tr("bands")} <span class="unit">{tr("bands_note")}</span>
        </p>
        <span class="take">
          {running ? (
            <button type="button" class="tool" data-do="cancel" onClick={() => guard(send("DELETE", `/api/jobs/${id.current}`))}>
              {tr("cancel")}
            </button>
          ) : (
            <>
              <label class="inline">
                {tr("draws")}
                <select value={String(draws)} onChange={(e) => setDraws(Number(e.currentTarget.value))}>
                  {DRAWS.map((n) => (
                    <option key={n} value={n}>
                      {n}
                    </option>
                  ))}
                </select>
              </label>
              <button type="button" class="tool" data-do="bands" disabled={!scenario.settings.length} onClick={() => guard(begin())}>
                {tr("start")}
              </button>
            </>
          )}
        </span>
      </div>
      {job && running && (
        <p class="progress">
          <progress max={job.total} value={job.done} aria-label={tr("progress")} />
          <span>
            {job.done} / {job.total} {told(job.text)}
          </span>
        </p>
      )}
      {job?.state === "cancelled" && <p class="description">{tr("cancelled")}</p>}
      {job?.state === "failed" && <p class="description">{told(job.error)}</p>}
      {error && <Trouble error={error} />}
      {job?.result && of === now && <Blocks blocks={job.result.blocks} />}
    </section>
  );
}
