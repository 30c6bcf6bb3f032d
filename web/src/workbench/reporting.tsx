/** The whole report, made in the background and taken away in any of its forms. */

import type { JSX } from "preact";
import { Trouble } from "./blocks";
import { Progress, useJob } from "./job";
import { Panel } from "./panel";
import { ui, useDoc } from "./state";
import { placeName } from "./store";
import { download } from "./taking";
import { Icon, tr, useLang } from "./text";

export function Reporting({ onClose }: { onClose: () => void }): JSX.Element {
  useLang();
  const region = useDoc((d) => d.region);
  const work = useJob();
  const job = work.job;
  return (
    <Panel title={tr("report_for")} onClose={onClose}>
      <p class="running">{tr("report_note")}</p>
      <p class="chips">
        {tr("region")}
        <b>{region ? placeName(region) : tr("any")}</b>
      </p>
      {!work.running && (
        <p>
          <button
            type="button"
            class="primary"
            data-do="make-report"
            onClick={() => work.start({ kind: "report", lang: ui.lang, ...(region ? { region } : {}) })}
          >
            {tr(job?.state === "done" ? "run_again" : "start")}
          </button>
        </p>
      )}
      <Progress work={work} />
      {work.error && <Trouble error={work.error} />}
      {job?.state === "done" && (
        <p class="take">
          {(job.result?.formats ?? []).map((f) => (
            <button key={f} type="button" class="tool" data-report={f} onClick={() => void download(`/api/report/${job.job}.${f}`)}>
              <Icon name="down" /> {f.toUpperCase()}
            </button>
          ))}
        </p>
      )}
    </Panel>
  );
}
