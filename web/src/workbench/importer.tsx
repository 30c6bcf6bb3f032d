/** A workbook becomes a study in three steps: choose, check what was understood, save. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { get, Refused, send, sendFile } from "./api";
import { Busy, Trouble } from "./blocks";
import { Drop } from "./drop";
import { useResource } from "./resource";
import { announce, told, tr, useLang } from "./text";
import { session } from "./store";
import type { Both, Imported, ImportedTable, Problem } from "./types";

/** What the user makes of each column: the indicator it becomes ("" leaves it out) and its unit. */
type Choices = Record<string, { use: boolean; columns: { title: string; variable: string; name: string; unit: string; use: boolean }[] }>;

const first = (read: Imported): Choices =>
  Object.fromEntries(
    read.tables.map((t) => [t.id, { use: t.columns.length > 0, columns: t.columns.map(({ title, variable, name, unit }) => ({ title, variable, name, unit, use: true })) }]),
  );

export function Importer(): JSX.Element {
  useLang();
  const [read, set] = useState<Imported | null>(null);
  const [choices, choose] = useState<Choices>({});
  const [title, setTitle] = useState("");
  const [busy, work] = useState(false);
  const [error, fail] = useState<Refused | null>(null);
  const [saved, done] = useState<string | null>(null);
  const attempt = async (job: () => Promise<void>): Promise<void> => {
    work(true);
    fail(null);
    try {
      await job();
    } catch (e) {
      if (!(e instanceof Refused)) throw e;
      fail(e);
    } finally {
      work(false);
    }
  };
  const take = (file: File): Promise<void> =>
    attempt(async () => {
      set(null);
      done(null);
      const found = await sendFile<Imported>("/api/import", file);
      set(found);
      choose(first(found));
      setTitle(file.name.replace(/\.\w+$/, ""));
      announce(`${tr("understood")} ${file.name}`);
    });
  const store = (): Promise<void> =>
    attempt(async () => {
      const tables = Object.entries(choices)
        .filter(([, t]) => t.use)
        .map(([id, t]) => ({ id, columns: t.columns.filter((c) => c.use).map(({ use: _, ...c }) => c) }));
      done((await send<{ study: string }>("POST", `/api/import/${read!.import_id}/save`, { name: read!.name, title, tables })).study);
      announce(tr("saved"));
    });
  const step = saved ? 3 : read ? 2 : 1;
  return (
    <div class="importer">
      <h1>{tr("import_ask")}</h1>
      <ol class="steps">
        {(["step_choose", "step_check", "step_save"] as const).map((w, i) => (
          <li key={w} aria-current={step === i + 1 ? "step" : undefined} class={step > i + 1 ? "past" : ""}>
            {tr(w)}
          </li>
        ))}
      </ol>
      <Drop id="import-file" title={tr("drop_here")} note={tr("drop_note")} accept=".xlsx,.xls,.xlsb,.ods,.csv" small={!!read} onFile={(file) => void take(file)} />
      {!read && !busy && (
        <section class="sheet intro">
          <p class="caption">{tr("import_what")}</p>
          <ul>
            <li>{tr("import_long")}</li>
            <li>{tr("import_names")}</li>
            <li>{tr("import_units")}</li>
          </ul>
        </section>
      )}
      {!read && <Studies onOpen={(id) => void attempt(() => openStudy(id))} />}
      {busy && <Busy />}
      {error && <Trouble error={error} />}
      {read && <Understood read={read} choices={choices} onChoose={choose} />}
      {read && !saved && (
        <form
          class="sheet save-study"
          onSubmit={(e) => {
            e.preventDefault();
            void store();
          }}
        >
          <div class="field">
            <label for="study-title">{tr("study_title")}</label>
            <input id="study-title" type="text" required maxLength={120} value={title} onInput={(e) => setTitle(e.currentTarget.value)} />
          </div>
          <button type="submit" class="primary" data-do="save-study" disabled={busy || !title.trim() || !Object.values(choices).some((t) => t.use && t.columns.some((c) => c.use))}>
            {tr("save_study")}
          </button>
        </form>
      )}
      {saved && (
        <div class="finding closer" role="status">
          <p class="headline">
            {tr("saved")} · {title}
          </p>
          <p class="detail">
            <button type="button" class="primary" data-do="open-study" onClick={() => void attempt(() => openStudy(saved))}>
              {tr("open_study")}
            </button>{" "}
            <code>yugong serve {saved}</code>
          </p>
        </div>
      )}
    </div>
  );
}

interface Known {
  id: string;
  title: Both;
  open: boolean;
}

/** The studies that were saved before, and the one that comes with the program. */
function Studies({ onOpen }: { onOpen: (id: string) => void }): JSX.Element | null {
  useLang();
  const known = useResource("studies", (signal) => get<{ studies: Known[] }>("/api/studies", signal)).data?.studies ?? [];
  if (known.length < 2) return null;
  return (
    <section class="sheet">
      <p class="caption">{tr("studies")}</p>
      <ul class="studies">
        {known.map((s) => (
          <li key={s.id}>
            <b>{told(s.title)}</b>
            <code>{s.id}</code>
            {s.open ? (
              <span class="unit">{tr("opened")}</span>
            ) : (
              <button type="button" class="tool small" data-study={s.id} onClick={() => onOpen(s.id)}>
                {tr("open")}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The server opens the study; the page starts again with it. */
async function openStudy(study: string): Promise<void> {
  await send("POST", "/api/study", { study });
  location.hash = "#overview";
  location.reload();
}

function Understood({ read, choices, onChoose }: { read: Imported; choices: Choices; onChoose: (next: Choices) => void }): JSX.Element {
  useLang();
  const problems = read.problems;
  return (
    <>
      <section class="sheet">
        <p class="caption">{tr("understood")}</p>
        {read.tables.map((t) => {
          const own = choices[t.id];
          if (!own) return null;
          const put = (next: Partial<Choices[string]>): void => onChoose({ ...choices, [t.id]: { ...own, ...next } });
          const column = (i: number, patch: object): void => put({ columns: own.columns.map((c, k) => (k === i ? { ...c, ...patch } : c)) });
          return (
            <div key={t.id} class="understood">
              <label class="check">
                <input type="checkbox" checked={own.use} disabled={!t.columns.length} onChange={(e) => put({ use: e.currentTarget.checked })} />
                <b>{t.title || t.sheet}</b>
                <span class="unit">
                  {t.sheet && t.sheet !== t.title ? `${tr("sheet")} ${t.sheet} · ` : ""}
                  {tr("places_count")} {t.places}
                  {t.years.length > 0 && ` · ${t.years[0]}–${t.years[t.years.length - 1]}`}
                </span>
              </label>
              {own.use && (
                <div class="scroll" role="region" tabIndex={0} aria-label={tr("understood")}>
                  <table>
                    <thead>
                      <tr>
                        <th scope="col">{tr("column_in_file")}</th>
                        <th scope="col">{tr("becomes")}</th>
                        <th scope="col">{tr("name")}</th>
                        <th scope="col">{tr("unit")}</th>
                        <th scope="col" class="n">
                          {tr("cells")}
                        </th>
                      </tr>
                    </thead>
                    <tbody>
                      {t.columns.map((c, i) => (
                        <tr key={i} class={own.columns[i]!.use ? "" : "unused"}>
                          <th scope="row">
                            <label class="check">
                              <input type="checkbox" checked={own.columns[i]!.use} onChange={(e) => column(i, { use: e.currentTarget.checked })} />
                              {c.title} <span class="unit">{c.columns.join(" ")}</span>
                            </label>
                          </th>
                          <td>
                            <input
                              type="text"
                              list="known-variables"
                              aria-label={`${tr("becomes")} ${c.title}`}
                              value={own.columns[i]!.variable}
                              onChange={(e) => column(i, { variable: e.currentTarget.value.trim() || c.variable })}
                            />
                          </td>
                          <td>
                            <input type="text" aria-label={`${tr("name")} ${c.title}`} value={own.columns[i]!.name} onChange={(e) => column(i, { name: e.currentTarget.value.trim() || c.title })} />
                          </td>
                          <td>
                            <input type="text" aria-label={`${tr("unit")} ${c.title}`} value={own.columns[i]!.unit} onChange={(e) => column(i, { unit: e.currentTarget.value.trim() })} />
                          </td>
                          <td class="n">{c.cells}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )}
              <Start table={t} problems={problems} open={!t.columns.length} />
              {[...t.understood, ...t.notes.map((n) => n.what)].map((n, i) => (
                <p key={i} class="note">
                  {told(n)}
                </p>
              ))}
            </div>
          );
        })}
        <datalist id="known-variables">
          {session.variables.map((v) => (
            <option key={v.id} value={v.id}>
              {told(v.title)}
            </option>
          ))}
        </datalist>
      </section>
      <section class="sheet">
        <p class="caption">
          {tr("problems_found")} {problems.length > 0 && <span class="dot">{problems.length}</span>}
        </p>
        <Problems problems={problems} />
        {problems.length > 0 && <p class="note">{tr("mend_and_drop")}</p>}
      </section>
    </>
  );
}

const letter = (column: number): string => (column < 26 ? "" : String.fromCharCode(64 + Math.floor(column / 26))) + String.fromCharCode(65 + (column % 26));

/** The first cells of a sheet as they stand in the file, the bad ones marked. */
function Start({ table, problems, open }: { table: ImportedTable; problems: Problem[]; open: boolean }): JSX.Element | null {
  useLang();
  if (!table.start.length) return null;
  const bad = new Set(problems.filter((p) => (p.sheet ?? "") === (table.sheet ?? "")).map((p) => `${p.row} ${p.column}`));
  const width = Math.max(...table.start.map((r) => r.length));
  return (
    <details class="file-start" open={open}>
      <summary>{tr("file_start")}</summary>
      <div class="scroll" role="region" tabIndex={0} aria-label={tr("file_start")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{tr("row")}</th>
              {Array.from({ length: width }, (_, i) => (
                <th key={i} scope="col">
                  {letter(i)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.start.map((cells, row) => (
              <tr key={row}>
                <th scope="row">{row + 1}</th>
                {Array.from({ length: width }, (_, i) => (
                  <td key={i} class={bad.has(`${row + 1} ${letter(i)}`) ? "bad" : ""}>
                    {cells[i] ?? ""}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Problems({ problems }: { problems: Problem[] }): JSX.Element {
  useLang();
  if (!problems.length) return <p class="description">{tr("no_problems")}</p>;
  return (
    <div class="scroll" role="region" tabIndex={0} aria-label={tr("problems_found")}>
      <table class="problems">
        <thead>
          <tr>
            <th scope="col">{tr("sheet")}</th>
            <th scope="col" class="n">
              {tr("row")}
            </th>
            <th scope="col">{tr("column")}</th>
            <th scope="col">{tr("problem")}</th>
            <th scope="col">{tr("what_to_do").replace(/[：: ]+$/, "")}</th>
          </tr>
        </thead>
        <tbody>
          {problems.map((p, i) => (
            <tr key={i}>
              <td>{p.sheet ?? p.file ?? "—"}</td>
              <td class="n">{p.row ?? "—"}</td>
              <td>{p.column ?? "—"}</td>
              <td>{told(p.what)}</td>
              <td>{told(p.do)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
