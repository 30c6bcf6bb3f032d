/** Why to trust a solution, and what it rests on. */

import type { JSX } from "preact";
import { Busy } from "../blocks";
import { Panel } from "../panel";
import { told, tr, useLang } from "../text";
import type { Both, Solved } from "../types";

interface Props {
  solved: Solved;
  label: Both;
  busy: boolean;
  onClose: () => void;
}

export function Drawer({ solved, label, busy, onClose }: Props): JSX.Element {
  useLang();
  const held = solved.certificate;
  return (
    <Panel title={tr("certificate")} onClose={onClose}>
      <h3>{tr("certificate_only")}</h3>
      <p>{told(solved.status)}</p>
      {!held && busy && <Busy />}
      {held && (
        <>
          <p class="running">{told(held.text)}</p>
          <table>
            <tbody>
              {held.rows.map((r) => (
                <tr key={r.id}>
                  <th scope="row">{told(r.title)}</th>
                  <td class="n">{r.t}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      <h3>{tr("assumptions")}</h3>
      <p class="running">{told(label)}</p>
      {solved.diff.length > 0 && (
        <ul class="plain-list">
          {solved.diff.map((l, i) => (
            <li key={i}>
              <b>{told(l.title)}</b> · {tr("payer")}
              {told(l.payer)}
              {l.source && <small>{l.source}</small>}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
