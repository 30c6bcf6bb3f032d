/** The present choices kept under a name in the project, brought back or thrown away later; both can be undone. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Panel } from "./panel";
import { change, doc, type Snapshot, useDoc } from "./state";
import { Icon, tr, useLang } from "./text";

const LONGEST = 60;
const MOST = 30;

function keep(name: string): void {
  const { snapshots, ...now } = doc;
  const kept: Snapshot = { name, doc: now };
  change({ snapshots: [kept, ...snapshots.filter((s) => s.name !== name)].slice(0, MOST) });
}

export function Snapshots({ onClose }: { onClose: () => void }): JSX.Element {
  useLang();
  const kept = useDoc((d) => d.snapshots);
  const [name, set] = useState("");
  return (
    <Panel title={tr("snapshots")} onClose={onClose}>
      <form
        class="take"
        onSubmit={(e) => {
          e.preventDefault();
          keep(name.trim());
          set("");
        }}
      >
        <input id="snapshot-name" type="text" maxLength={LONGEST} aria-label={tr("snapshot_name")} placeholder={tr("snapshot_name")} value={name} onInput={(e) => set(e.currentTarget.value)} />
        <button type="submit" class="primary" data-do="keep-snapshot" disabled={!name.trim()}>
          {tr("snapshot_save")}
        </button>
      </form>
      {kept.length === 0 && <p class="running">{tr("snapshot_none")}</p>}
      <ul class="snapshots">
        {kept.map((s) => (
          <li key={s.name}>
            <b>{s.name}</b>
            <button type="button" class="tool small" data-do="restore" onClick={() => change({ ...s.doc })}>
              {tr("restore")}
            </button>
            <button type="button" class="ghost" data-do="drop-snapshot" aria-label={`${tr("delete")} ${s.name}`} onClick={() => change({ snapshots: kept.filter((k) => k !== s) })}>
              <Icon name="bin" />
            </button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
