/** Everything a scenario changes, on one page: lever, where, old, new, unit, who pays, source. */

import type { JSX } from "preact";
import { told, tr, Unit, useLang } from "../text";
import { ui } from "../state";
import type { Solved } from "../types";

const BY = { place: "place", origin: "from", destination: "to", sector: "sector", land: "land" } as const;

export function Diff({ solved, against }: { solved: Solved; against?: Solved }): JSX.Element {
  useLang();
  return (
    <section class="sheet" id="diff">
      <div class="head">
        <p class="caption">{tr("diff")}</p>
      </div>
      {(against ? [against, solved] : [solved]).map((s) => (
        <Changes key={s.id} of={s} named={!!against} />
      ))}
    </section>
  );
}

function Changes({ of, named }: { of: Solved; named: boolean }): JSX.Element {
  const comma = ui.lang === "zh" ? "、" : ", ";
  return (
    <>
      {named && <p class="family-name">{told(of.title)}</p>}
      {of.diff.length === 0 ? (
        <p class="description">{tr("no_change")}</p>
      ) : (
        <div class="scroll" role="region" tabIndex={0} aria-label={`${tr("diff")} ${told(of.title)}`}>
          <table>
            <thead>
              <tr>
                <th scope="col">{tr("lever")}</th>
                <th scope="col">{tr("where")}</th>
                <th scope="col" class="n">
                  {tr("baseline")}
                </th>
                <th scope="col" class="n">
                  {tr("now")}
                </th>
                <th scope="col">{tr("payer").replace(/[：: ]+$/, "")}</th>
              </tr>
            </thead>
            <tbody>
              {of.diff.map((l, i) => (
                <tr key={i}>
                  <th scope="row">
                    {told(l.title)}
                    <Unit text={l.unit} />
                    {l.source && (
                      <small>
                        {tr("ground")}
                        {l.source}
                      </small>
                    )}
                  </th>
                  <td>
                    {l.where.length
                      ? l.where.map((w) => `${w.by === "place" ? "" : `${tr(BY[w.by])} `}${w.names.map((n) => told(n)).join(comma)}`).join(" · ")
                      : tr("everywhere")}
                  </td>
                  <td class="n">{l.old.t}</td>
                  <td class="n">{l.new.t}</td>
                  <td>{told(l.payer)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
