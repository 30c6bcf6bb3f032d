/** A document read against the rules: what was found, where, and on what ground. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Refused, sendFile } from "./api";
import { Busy, Trouble } from "./blocks";
import { Drop } from "./drop";
import { Result } from "./result";
import { announce, tr, useLang } from "./text";
import type { RunAnswer } from "./types";

export function Reviewing(): JSX.Element {
  useLang();
  const [name, setName] = useState("");
  const [busy, work] = useState(false);
  const [answer, set] = useState<RunAnswer | null>(null);
  const [error, fail] = useState<Refused | null>(null);
  const take = async (file: File): Promise<void> => {
    work(true);
    fail(null);
    setName(file.name);
    try {
      set(await sendFile<RunAnswer>("/api/review", file));
      announce(tr("updated"), true);
    } catch (e) {
      if (!(e instanceof Refused)) throw e;
      set(null);
      fail(e);
    } finally {
      work(false);
    }
  };
  return (
    <div class="verb reviewing" aria-busy={busy}>
      <h1>{tr("review_ask")}</h1>
      <Drop id="review-file" title={tr("drop_document")} note={tr("drop_document_note")} accept=".docx,.pdf,.md,.txt" small={!!answer} onFile={(f) => void take(f)} />
      {!answer && !busy && (
        <section class="sheet intro">
          <p class="caption">{tr("review_what")}</p>
          <ul>
            <li>{tr("review_fair")}</li>
            <li>{tr("review_plan")}</li>
            <li>{tr("review_limit")}</li>
          </ul>
        </section>
      )}
      {busy && <Busy />}
      {error && <Trouble error={error} />}
      {answer && (
        <>
          <p class="caption">{name}</p>
          <Result answer={answer} />
        </>
      )}
    </div>
  );
}
