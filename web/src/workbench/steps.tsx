/** A calculation told step by step: what, by which formula, with which numbers, and what came out. */

import type { JSX } from "preact";
import { Notes } from "./figure";
import { ViewTools } from "./taking";
import { told, tr, useLang } from "./text";
import type { Cell, Table } from "./types";

const PARTS = ["item", "formula", "numbers", "value", "unit", "certainty", "basis"] as const;

const FEW = 12; // inputs that stand open

/** Whether a table is the trace of a calculation. */
export const traced = (table: Table): boolean => PARTS.every((p) => table.columns.some((c) => c.id === p));

export function Steps({ table }: { table: Table }): JSX.Element {
  useLang();
  const at = Object.fromEntries(PARTS.map((p) => [p, table.columns.findIndex((c) => c.id === p)])) as Record<(typeof PARTS)[number], number>;
  const text = (cell: Cell | undefined): string => (!cell ? "" : "t" in cell ? cell.t : told(cell));
  const formula = (row: Cell[]): string => text(row[at.formula]);
  const given = table.rows.filter((r) => !formula(r));
  const made = table.rows.filter((r) => formula(r));
  const said = (row: Cell[], part: (typeof PARTS)[number]): string => text(row[at[part]]);
  const title = (part: (typeof PARTS)[number]): string => told(table.columns[at[part]]!.title);
  const value = (row: Cell[]): JSX.Element => (
    <b class="step-value">
      {said(row, "value")}
      {said(row, "unit") && <small>{said(row, "unit")}</small>}
    </b>
  );
  return (
    <section class="sheet steps-of" id={table.id}>
      <div class="head">
        <p class="caption">{told(table.caption)}</p>
        <ViewTools of={table.id} title={told(table.caption)} />
      </div>
      {given.length > 0 && (
        <details class="inputs" open={given.length <= FEW}>
          <summary>
            {tr("inputs")} <span class="count">{given.length}</span>
          </summary>
        <ul class="given">
          {given.map((row, i) => (
            <li key={i} title={said(row, "basis")}>
              <span>{said(row, "item")}</span>
              {value(row)}
              <small>{[said(row, "certainty"), said(row, "basis")].filter(Boolean).join(" · ")}</small>
            </li>
          ))}
        </ul>
        </details>
      )}
      <ol class="trace">
        {made.map((row, i) => (
          <li key={i}>
            <p class="step-head">
              <span>{said(row, "item")}</span>
              {value(row)}
            </p>
            <p class="step-formula" title={title("formula")}>
              {formula(row)}
            </p>
            {said(row, "numbers") && (
              <p class="step-numbers" title={title("numbers")}>
                = {said(row, "numbers")}
              </p>
            )}
            {(said(row, "basis") || said(row, "certainty")) && <p class="note">{[said(row, "certainty"), said(row, "basis")].filter(Boolean).join(" · ")}</p>}
          </li>
        ))}
      </ol>
      <Notes notes={table.notes} source={table.lines.map((l) => told(l.publication)).join(" ")} />
    </section>
  );
}
