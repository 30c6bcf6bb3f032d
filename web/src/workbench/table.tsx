/** A three-line table. A click on a column's head puts its rows in order; nothing else is done to what was sent. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { light, lit } from "./lights";
import { told, tr, Unit, useLang } from "./text";
import type { Cell, Table } from "./types";

const LONG = 14; // characters of words that want a broad column
const AFTER = 10; // rows drawn after one that is marked
const FIRST = 200; // rows drawn before asking for all

const written = (cell: Cell): string => ("t" in cell ? cell.t : told(cell));
const key = (cell: Cell): number | string | null => ("t" in cell ? (Array.isArray(cell.v) ? (cell.v[0] ?? null) : cell.v) : told(cell));

function order(table: Table, by: { column: number; up: boolean } | null): number[] {
  const rows = table.rows.map((_, i) => i);
  if (!by) return rows;
  const sign = by.up ? 1 : -1;
  return rows.sort((a, b) => {
    const [x, y] = [key(table.rows[a]![by.column]!), key(table.rows[b]![by.column]!)];
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    return sign * (typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y), "zh-Hans"));
  });
}

/** Spanning heads and their widths; none where no column belongs to a group. */
function spans(table: Table): { title: string; width: number }[] {
  const found: { title: string; width: number }[] = [];
  for (const c of table.columns) {
    const title = told(c.group);
    const last = found[found.length - 1];
    if (last && title && last.title === title) last.width += 1;
    else found.push({ title, width: 1 });
  }
  return found.some((s) => s.title) ? found : [];
}

interface Props {
  table: Table;
  onSelect?: ((name: string) => void) | undefined;
}

export function Grid({ table, onSelect }: Props): JSX.Element {
  useLang();
  const [by, sort] = useState<{ column: number; up: boolean } | null>(null);
  const [all, showAll] = useState(false);
  const rows = order(table, by);
  const furthest = Math.max(...table.marked.map((m) => rows.indexOf(m)), -1); // the row looked for is always drawn
  const seen = all ? rows : rows.slice(0, Math.max(FIRST, furthest + AFTER));
  const heads = spans(table);
  const box = useRef<HTMLDivElement>(null);
  const mark = table.marked.join();
  useEffect(() => {
    const row = box.current?.querySelector<HTMLElement>("tr.marked");
    if (row && box.current!.clientHeight) box.current!.scrollTop = Math.max(0, row.offsetTop - box.current!.clientHeight / 2);
  }, [table.id, mark]);
  return (
    <div ref={box} class="scroll" role="region" tabIndex={0} aria-label={told(table.caption)}>
      <table>
        <thead>
          {heads.length > 0 && (
            <tr>
              {heads.map((h, i) => (
                <th key={i} colSpan={h.width} class={h.title ? "spanning" : ""} {...(h.title ? { scope: "colgroup" } : {})}>
                  {h.title}
                </th>
              ))}
            </tr>
          )}
          <tr>
            {table.columns.map((c, i) => (
              <th
                key={c.id}
                scope="col"
                class={c.type === "words" ? "" : "n"}
                aria-sort={by?.column === i ? (by.up ? "ascending" : "descending") : "none"}
              >
                <button type="button" onClick={() => sort(by?.column === i ? (by.up ? null : { column: i, up: true }) : { column: i, up: c.type === "words" })}>
                  {told(c.title)}
                  <Unit text={c.unit} />
                  {by?.column === i && <i aria-hidden="true">{by.up ? "▴" : "▾"}</i>}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {seen.map((r) => {
            const row = table.rows[r]!;
            const name = row.find((c): c is { zh: string; en: string } => "zh" in c)?.zh ?? "";
            return (
              <tr
                key={r}
                class={table.marked.includes(r) ? "marked" : ""}
                {...(onSelect ? { onClick: () => onSelect(name), "data-pick": "" } : {})}
              >
                {row.map((cell, i) =>
                  table.columns[i]!.type !== "words" ? (
                    <td key={i} class="n">
                      {written(cell)}
                    </td>
                  ) : i === 0 ? (
                    <th key={i} scope="row">
                      {written(cell)}
                    </th>
                  ) : (
                    <td key={i} class={written(cell).length > LONG ? "long" : ""}>
                      {lit(table.columns[i]!.id) && light(cell) && <i class={`lamp ${light(cell)}`} aria-hidden="true" />}
                      {written(cell)}
                    </td>
                  ),
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
      {rows.length > seen.length && (
        <button type="button" class="tool more" onClick={() => showAll(true)}>
          {tr("more")} +{rows.length - seen.length}
        </button>
      )}
    </div>
  );
}
