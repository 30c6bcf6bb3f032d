/** Work in the background: started, followed to its end with true progress, stopped when asked. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { get, Refused, send } from "./api";
import { announce, told, tr, useLang } from "./text";
import type { Job } from "./types";

const BEAT = 300; // ms between looks

export interface Work {
  job: Job | null;
  error: Refused | null;
  running: boolean;
  start: (body: object) => void;
  cancel: () => void;
}

export function useJob(): Work {
  const [job, set] = useState<Job | null>(null);
  const [error, fail] = useState<Refused | null>(null);
  const timer = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const guard = (work: Promise<void>): void =>
    void work.catch((e: unknown) => {
      if (!(e instanceof Refused)) throw e;
      fail(e);
      set(null);
    });
  const follow = async (row: Job): Promise<void> => {
    set(row);
    if (row.state === "waiting" || row.state === "running")
      timer.current = window.setTimeout(() => guard(get<Job>(`/api/jobs/${row.job}`).then(follow)), BEAT);
    else if (row.state === "failed") fail(new Refused(500, row.error?.error ?? row.text, row.error?.problems));
    else announce(tr(row.state === "done" ? "updated" : "cancelled"), true);
  };
  return {
    job,
    error,
    running: job?.state === "waiting" || job?.state === "running",
    start: (body) => {
      fail(null);
      guard(send<Job>("POST", "/api/jobs", body).then(follow));
    },
    cancel: () => job && guard(send<Job>("DELETE", `/api/jobs/${job.job}`).then(() => undefined)),
  };
}

export function Progress({ work }: { work: Work }): JSX.Element | null {
  useLang();
  const { job } = work;
  if (job?.state === "cancelled") return <p class="description">{tr("cancelled")}</p>;
  if (!job || !work.running) return null;
  return (
    <p class="progress">
      <progress max={Math.max(job.total, 1)} {...(job.total ? { value: job.done } : {})} aria-label={tr("progress")} />
      <span>
        {job.total > 0 && `${job.done} / ${job.total}`} {told(job.text)}
      </span>
      <button type="button" class="tool small" data-do="cancel" onClick={work.cancel}>
        {tr("cancel")}
      </button>
    </p>
  );
}
