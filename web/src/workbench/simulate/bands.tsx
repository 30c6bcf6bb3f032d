/** Monte-Carlo bands of one scenario, computed in the background. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Blocks, Trouble } from "../blocks";
import { Progress, useJob } from "../job";
import { Answering } from "../taking";
import { tr, useLang } from "../text";
import type { Scenario } from "../types";

const DRAWS = [50, 200, 1000];
const SEED = 0;

export function Bands({ scenario, region }: { scenario: Scenario; region: string }): JSX.Element {
  useLang();
  const [draws, setDraws] = useState(DRAWS[0]!);
  const [of, remember] = useState("");
  const work = useJob();
  const now = JSON.stringify(scenario.settings);
  const begin = (): void => {
    remember(now);
    const { title, ...rest } = scenario;
    work.start({ kind: "bands", scenario: { ...rest, title: { zh: title, en: title } }, draws, seed: SEED, ...(region ? { region } : {}) });
  };
  return (
    <section class="sheet bands">
      <div class="head">
        <p class="caption">
          {tr("bands")} <span class="unit">{tr("bands_note")}</span>
        </p>
        {!work.running && (
          <span class="take">
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
            <button type="button" class="tool" data-do="bands" disabled={!scenario.settings.length} onClick={begin}>
              {tr("start")}
            </button>
          </span>
        )}
      </div>
      <Progress work={work} />
      {work.error && <Trouble error={work.error} />}
      {work.job?.result?.blocks && of === now && (
        <Answering.Provider value={{ run: work.job.result.run_id ?? "" }}>
          <div class={work.job.result.blocks.filter((b) => b.kind === "figure").length > 1 ? "bench" : "bench one"}>
            <Blocks blocks={work.job.result.blocks} />
          </div>
        </Answering.Provider>
      )}
    </section>
  );
}
