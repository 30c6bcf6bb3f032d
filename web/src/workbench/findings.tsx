/** What a review found, clause by clause: how grave, where, the wording, why, and how to mend it. */

import type { JSX } from "preact";
import { Notes } from "./figure";
import { Grid } from "./table";
import { ViewTools } from "./taking";
import { told, tr, useLang } from "./text";
import type { Cell, Table } from "./types";

const PARTS = ["finding", "grade", "article", "clause_label", "where", "clause", "reason", "remedy"] as const;

/** Whether a table is the findings of a review. */
export const reviewed = (table: Table): boolean => PARTS.every((p) => table.columns.some((c) => c.id === p));

export function Findings({ table }: { table: Table }): JSX.Element {
  useLang();
  const at = (part: (typeof PARTS)[number]): number => table.columns.findIndex((c) => c.id === part);
  const text = (row: Cell[], part: (typeof PARTS)[number]): string => {
    const cell = row[at(part)];
    return !cell ? "" : "t" in cell ? cell.t : told(cell);
  };
  const title = (part: (typeof PARTS)[number]): string => told(table.columns[at(part)]!.title);
  const grades = [...new Set(table.rows.map((r) => text(r, "grade")))];
  return (
    <section class="sheet found" id={table.id}>
      <div class="head">
        <p class="caption">{told(table.caption)}</p>
        <ViewTools of={table.id} title={told(table.caption)} />
      </div>
      {table.rows.length === 0 && <p class="description">{tr("nothing_found")}</p>}
      <ol class="found-list">
        {table.rows.map((row, i) => (
          <li key={i} class={`grade-${grades.indexOf(text(row, "grade"))}`}>
            <p class="found-head">
              <span class="badge">{text(row, "grade")}</span>
              <b>{text(row, "clause_label")}</b>
              <span class="unit">{text(row, "where")}</span>
              <code>{text(row, "finding")}</code>
            </p>
            <blockquote>{text(row, "clause")}</blockquote>
            <dl>
              {(["reason", "article", "remedy"] as const).map((p) => (
                <div key={p}>
                  <dt>{title(p)}</dt>
                  <dd>{text(row, p)}</dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ol>
      <Notes notes={table.notes} source={table.lines.map((l) => told(l.publication)).join(" ")} />
      {table.rows.length > 0 && (
        <details class="twin">
          <summary>{tr("table_twin")}</summary>
          <Grid table={table} />
        </details>
      )}
    </section>
  );
}
