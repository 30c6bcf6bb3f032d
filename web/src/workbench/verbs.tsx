/** A page for every method of a room: its form made from the server's description, its result as the document's blocks. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { get, Refused, send } from "./api";
import { Busy, Trouble } from "./blocks";
import { Form, type Options } from "./form";
import { useResource } from "./resource";
import { Result } from "./result";
import { change, doc, useDoc } from "./state";
import { named, place } from "./store";
import { announce, told, tr, useLang } from "./text";
import type { RunAnswer, Verb, VerbList } from "./types";
import type { Word } from "./words";

const EVERY = "*"; // the list is open and no method is chosen yet

export function Verbs({ room }: { room: string }): JSX.Element {
  useLang();
  const chosen = useDoc((d) => d.verbs[room]?.verb ?? EVERY);
  const [query, search] = useState("");
  const list = useResource(`verbs ${room}`, (signal) => get<VerbList>(`/api/verbs/${room}`, signal));
  if (list.error) return <Trouble error={list.error} again={list.again} />;
  if (!list.data) return <Busy />;
  const { families, verbs, sources } = list.data;
  const open = verbs.find((v) => v.id === chosen) ?? verbs[0];
  const q = query.trim().toLowerCase();
  const hit = (v: Verb): boolean => !q || [v.title.zh, v.title.en, v.id, v.summary.zh, v.summary.en].some((w) => w.toLowerCase().includes(q));
  const pick = (id: string): void => change({ verbs: { ...doc.verbs, [room]: { verb: id, options: {} } } });
  return (
    <div class="verbs">
      <nav class="verb-list" aria-label={tr("pick_verb")}>
        <p class="ask">{tr(`${room}_ask` as Word)}</p>
        <input type="search" placeholder={tr("verb_search")} aria-label={tr("verb_search")} value={query} onInput={(e) => search(e.currentTarget.value)} />
        <select class="verb-select" aria-label={tr("pick_verb")} value={open?.id} onChange={(e) => pick(e.currentTarget.value)}>
          {families.map((f) => (
            <optgroup key={f.id} label={told(f.title)}>
              {verbs
                .filter((v) => v.family === f.id)
                .map((v) => (
                  <option key={v.id} value={v.id}>
                    {told(v.title)}
                  </option>
                ))}
            </optgroup>
          ))}
        </select>
        <div class="verb-tree">
          {families.map((f) => {
            const own = verbs.filter((v) => v.family === f.id && hit(v));
            return own.length ? (
              <div key={f.id}>
                <p class="family-name">{told(f.title)}</p>
                <ul>
                  {own.map((v) => (
                    <li key={v.id}>
                      <button type="button" data-verb={v.id} aria-current={v === open ? "true" : undefined} onClick={() => pick(v.id)}>
                        {told(v.title)}
                      </button>
                    </li>
                  ))}
                </ul>
              </div>
            ) : null;
          })}
        </div>
      </nav>
      {open && <VerbPage key={`${room}/${open.id}`} room={room} verb={open} sources={sources} />}
    </div>
  );
}

/** Required fields begin with the indicator and the region that the user looks at. */
function atFirst(verb: Verb, variable: string, region: string): Options {
  const given = verb.fields.flatMap((f): [string, unknown][] => {
    const one = f.source === "variables" || f.source === "variable_ids" ? variable : f.source === "places" ? region : "";
    return f.required && one ? [[f.id, f.kind === "texts" ? [one] : one]] : [];
  });
  return Object.fromEntries(given);
}

function VerbPage({ room, verb, sources }: { room: string; verb: Verb; sources: VerbList["sources"] }): JSX.Element {
  useLang();
  const open = useDoc((d) => d.verbs[room]);
  const region = useDoc((d) => d.region);
  const variable = useDoc((d) => d.variable);
  const options: Options = { ...atFirst(verb, variable, region), ...(open?.verb === verb.id ? open.options : {}) };
  const [state, set] = useState<{ answer: RunAnswer | null; error: Refused | null; busy: boolean; of: string }>({ answer: null, error: null, busy: false, of: "" });
  const now = JSON.stringify(options);
  const missing = verb.fields.some((f) => f.required && (options[f.id] === undefined || options[f.id] === ""));
  const run = async (): Promise<void> => {
    set((s) => ({ ...s, busy: true, error: null }));
    try {
      const answer = await send<RunAnswer>("POST", `/api/run/${room}/${verb.id}`, { options });
      set({ answer, error: null, busy: false, of: now });
      announce(tr("updated"), true);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      set((s) => ({ ...s, error, busy: false }));
    }
  };
  const put = (next: Options, tag: string): void => change({ verbs: { ...doc.verbs, [room]: { verb: verb.id, options: next } } }, tag);
  const select = (codeOrName: string): void => {
    const found = place(codeOrName) ?? named(codeOrName);
    if (found) change({ region: found.code });
  };
  const { answer, error, busy } = state;
  return (
    <div class="verb" aria-busy={busy}>
      <header>
        <h1>{told(verb.title)}</h1>
        {told(verb.summary) && <p class="running">{told(verb.summary)}</p>}
      </header>
      <form
        class="sheet"
        onSubmit={(e) => {
          e.preventDefault();
          void run();
        }}
      >
        <Form room={room} verb={verb} options={options} sources={sources} onChange={put} />
        <p class="form-foot">
          <button type="submit" class="primary" data-do="run" disabled={busy || missing}>
            {tr(answer ? "run_again" : "run")}
          </button>
          {answer && state.of !== now && !busy && <span class="stale">{tr("stale")}</span>}
          {busy && <Busy />}
        </p>
      </form>
      {error && <Trouble error={error} />}
      {answer && (
        <div class={`verb-result ${busy ? "waiting" : ""}`}>
          <Result answer={answer} onSelect={select} />
        </div>
      )}
    </div>
  );
}
