/** What a method answers: what it says first, then its charts, its tables, how to get them, and where they come from. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Blocks, Card, Provenance, TableBlock, Take } from "./blocks";
import { Figure } from "./figure";
import { Findings, reviewed } from "./findings";
import { light, lit } from "./lights";
import { Panel } from "./panel";
import { Steps, traced } from "./steps";
import { Answering } from "./taking";
import { told, tr, useLang } from "./text";
import type { Both, CardBlock, RunAnswer, Table } from "./types";

/** A table without the notes that are said elsewhere on the page: once is enough. */
function once(table: Table, said: Both[]): Table {
  const known = new Set(said.map((n) => n.zh));
  return { ...table, notes: table.notes.filter((n) => !known.has(n.zh)) };
}

const LEADING = 60; // characters from which a first note is an answer in a sentence

interface Props {
  answer: RunAnswer;
  onSelect?: ((codeOrName: string) => void) | undefined;
}

export function Result({ answer, onSelect }: Props): JSX.Element {
  useLang();
  const [method, showMethod] = useState(false);
  const card = answer.blocks.find((b): b is CardBlock => b.kind === "card");
  const figures = answer.blocks.filter((b) => b.kind === "figure");
  const tables = answer.blocks.filter((b) => b.kind === "table").map((t) => once(t, [...answer.notes, ...answer.blocks.flatMap((b) => (b.kind === "finding" ? [b.text] : []))]));
  const words = answer.blocks.filter((b) => b.kind !== "figure" && b.kind !== "table" && b.kind !== "card");
  const said = new Set(words.flatMap((b) => ("text" in b ? [b.text.zh] : [])));
  const notes = answer.notes.filter((n) => !said.has(n.zh));
  const lights = tables.find((t) => colouring(t) >= 0);
  const headline = lights?.columns.some((c) => c.id === "light") && notes[0] && notes[0].zh.length > LEADING ? notes[0] : null;
  const rest = headline ? notes.slice(1) : notes;
  return (
    <Answering.Provider value={{ run: answer.run_id, ...(card ? { onMethod: () => showMethod(true) } : {}) }}>
      {headline && (
        <div class="finding">
          <p class="headline">{told(headline)}</p>
        </div>
      )}
      {lights && <Lights table={lights} />}
      <Blocks blocks={words} onSelect={onSelect} />
      {rest.length > 0 && <Said notes={rest} />}
      {answer.blocks.length === 0 && <p class="description">{tr("empty_result")}</p>}
      {figures.length > 0 && (
        <div class={figures.length > 1 ? "bench" : "bench one"}>
          {figures.map((f) => (
            <Figure key={f.id} block={f} {...(onSelect ? { onSelect } : {})} />
          ))}
        </div>
      )}
      {tables.map((t) =>
        traced(t) ? <Steps key={t.id} table={t} /> : reviewed(t) ? <Findings key={t.id} table={t} /> : <TableBlock key={t.id} table={t} onSelect={onSelect} />,
      )}
      <div class="after">
        <Take of={answer} formats={answer.formats} />
      </div>
      {card && <Card block={card} />}
      <Provenance origin={answer.provenance} />
      {method && card && (
        <Panel title={tr("method")} onClose={() => showMethod(false)}>
          <Card block={card} open />
          <Provenance origin={answer.provenance} />
        </Panel>
      )}
    </Answering.Provider>
  );
}

const FEW = 4;

/** Notes in a list; many of them fold after the first few. */
function Said({ notes }: { notes: Both[] }): JSX.Element {
  useLang();
  const item = (n: Both, i: number): JSX.Element => <li key={i}>{told(n)}</li>;
  return (
    <div class="notes">
      <ul>{notes.slice(0, FEW).map(item)}</ul>
      {notes.length > FEW && (
        <details>
          <summary>
            {tr("more")} +{notes.length - FEW}
          </summary>
          <ul>{notes.slice(FEW).map(item)}</ul>
        </details>
      )}
    </div>
  );
}

const NUMBERS = ["latest", "target", "target_year", "forecast", "probability"]; // of a target, as its table has them
const MOST = 40;

/** Rows that have a colour, in a glance: colour, shape and word each tell. */
function Lights({ table }: { table: Table }): JSX.Element {
  useLang();
  const at = colouring(table);
  const more = NUMBERS.map((id) => table.columns.findIndex((c) => c.id === id)).filter((i) => i >= 0);
  return (
    <ul class={more.length > 2 ? "lights broad" : "lights"} aria-label={told(table.caption)}>
      {table.rows.map((row, i) => {
        const [name, cell] = [row[0]!, row[at]!];
        const kind = light(cell) ?? "grey";
        return "zh" in name && "zh" in cell ? (
          <li key={i} class={kind}>
            <i class={`lamp ${kind}`} aria-hidden="true" />
            <span>{told(name)}</span>
            <b>{told(cell)}</b>
            {more.length > 2 && (
              <dl>
                {more.map((m) => {
                  const value = row[m]!;
                  return "t" in value ? (
                    <div key={m}>
                      <dt>{told(table.columns[m]!.title)}</dt>
                      <dd>{value.t}</dd>
                    </div>
                  ) : null;
                })}
              </dl>
            )}
          </li>
        ) : null;
      })}
    </ul>
  );
}

/** The column of a table that holds colours, with few enough rows to show them all; -1 where there is none. */
const colouring = (table: Table): number => (table.rows.length <= MOST ? table.columns.findIndex((c) => lit(c.id)) : -1);
