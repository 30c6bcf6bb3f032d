/** The user's own economy tables in place of the study's: template out, filled workbook in, and back again. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Refused, send, sendFile } from "../api";
import { Busy, Trouble } from "../blocks";
import { Drop } from "../drop";
import { ui } from "../state";
import { download } from "../taking";
import { announce, Icon, told, tr, useLang } from "../text";
import type { Both } from "../types";

interface Props {
  name: string | null;
  open: boolean;
  onChanged: () => void;
}

export function OwnEconomy({ name, open, onChanged }: Props): JSX.Element {
  useLang();
  const [busy, work] = useState(false);
  const [error, fail] = useState<Refused | null>(null);
  const [notes, note] = useState<Both[]>([]);
  const change = async (file: File | null): Promise<void> => {
    work(true);
    fail(null);
    try {
      const upload = file && (await sendFile<{ file: string }>("/api/files", file)).file;
      note((await send<{ notes: Both[] }>("POST", "/api/economy", { file: upload })).notes);
      announce(tr("updated"));
      onChanged();
    } catch (e) {
      if (!(e instanceof Refused)) throw e;
      fail(e);
    } finally {
      work(false);
    }
  };
  return (
    <details class="sheet economy" open={open}>
      <summary>
        {tr("economy")} <span class="unit">{name ?? tr("economy_own")}</span>
      </summary>
      <p class="description">{tr("economy_note")}</p>
      <Drop id="economy-file" title={tr("economy_drop")} note=".xlsx" accept=".xlsx" small={!!name} onFile={(file) => void change(file)} />
      <p class="take">
        <button type="button" class="tool" data-do="economy-template" onClick={() => void download(`/api/template/simulate/base_year?lang=${ui.lang}`)}>
          <Icon name="down" /> {tr("template")}
        </button>
        {name && (
          <button type="button" class="tool" data-do="economy-back" disabled={busy} onClick={() => void change(null)}>
            <Icon name="reset" /> {tr("economy_back")}
          </button>
        )}
      </p>
      {busy && <Busy />}
      {error && <Trouble error={error} />}
      {notes.map((n, i) => (
        <p key={i} class="note">
          {told(n)}
        </p>
      ))}
    </details>
  );
}
