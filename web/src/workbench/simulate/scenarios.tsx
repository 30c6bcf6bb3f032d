/** The scenarios side by side as chips: open, name, double, compare, read from and write to a file. */

import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { Refused, sendFile } from "../api";
import { save } from "../../kit/picture";
import { change, doc, ui } from "../state";
import { announce, Icon, Menu, told, tr, useLang } from "../text";
import type { Levers, Scenario } from "../types";

const MOST = 8;
const LETTERS = "abcdefghijklmnopqrstuvwxyz";

const freeId = (): string => [...LETTERS].find((c) => !doc.scenarios.some((s) => s.id === c)) ?? `s${doc.scenarios.length}`;

function add(from: Partial<Scenario>): void {
  const id = freeId();
  const made: Scenario = { settings: [], ...from, id, title: from.title || id.toUpperCase() };
  change({ scenarios: [...doc.scenarios, made], active: id });
}

interface Props {
  all: Levers;
  active: Scenario;
  against: Scenario | undefined;
  toml: string;
  drawer: boolean;
  onDrawer: () => void;
}

export function ScenarioBar({ all, active, against, toml, drawer, onDrawer }: Props): JSX.Element {
  useLang();
  const [naming, name] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const replace = (patch: Partial<Scenario>): void => change({ scenarios: doc.scenarios.map((s) => (s.id === active.id ? { ...s, ...patch } : s)) });
  const remove = (): void => {
    const left = doc.scenarios.filter((s) => s.id !== active.id);
    change({ scenarios: left.length ? left : [{ id: "a", title: "A", settings: [] }], active: left[0]?.id ?? "a", against: "" });
  };
  const read = async (chosen: File): Promise<void> => {
    try {
      const told = await sendFile<{ scenario: Omit<Scenario, "title"> & { title: { zh: string; en: string } | null } }>("/api/scenario/read", chosen);
      add({ ...told.scenario, title: told.scenario.title?.[ui.lang] ?? "" });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      announce([told(error.text), ...error.problems.map((p) => told(p.what))].join(" · "));
    }
  };
  return (
    <div class="scenario-bar sheet">
      <div class="scenario-tabs" role="group" aria-label={tr("scenarios")}>
        {doc.scenarios.map((s) =>
          naming && s.id === active.id ? (
            <input
              key={s.id}
              type="text"
              class="rename"
              aria-label={tr("scenario_name")}
              value={s.title}
              autofocus
              ref={(e) => e?.focus()}
              onBlur={(e) => {
                name(false);
                if (e.currentTarget.value.trim() && e.currentTarget.value !== s.title) replace({ title: e.currentTarget.value.trim().slice(0, 80) });
              }}
              onKeyDown={(e) => {
                if (e.key === "Enter" || e.key === "Escape") e.currentTarget.blur();
              }}
            />
          ) : (
            <button key={s.id} type="button" class="chip" data-scenario={s.id} aria-pressed={s.id === active.id} onClick={() => change({ active: s.id })} onDblClick={() => name(true)}>
              {s.title}
              {s.settings.length > 0 && <small>{s.settings.length}</small>}
            </button>
          ),
        )}
        <button type="button" class="ghost" data-do="new-scenario" disabled={doc.scenarios.length >= MOST} aria-label={tr("new_scenario")} title={tr("new_scenario")} onClick={() => add({})}>
          <Icon name="plus" />
        </button>
        <button type="button" class="ghost" aria-label={tr("rename")} title={tr("rename")} onClick={() => name(true)}>
          <Icon name="pen" />
        </button>
        <button type="button" class="ghost" data-do="duplicate" disabled={doc.scenarios.length >= MOST} aria-label={tr("duplicate")} title={tr("duplicate")} onClick={() => add({ ...active, title: `${active.title} ′` })}>
          <Icon name="copy" />
        </button>
        <button type="button" class="ghost" aria-label={tr("delete")} title={tr("delete")} onClick={remove}>
          <Icon name="bin" />
        </button>
      </div>
      <label class="inline">
        {tr("compare_with")}
        <select id="against" value={against?.id ?? ""} onChange={(e) => change({ against: e.currentTarget.value })}>
          <option value="">{tr("baseline")}</option>
          {doc.scenarios
            .filter((s) => s.id !== active.id)
            .map((s) => (
              <option key={s.id} value={s.id}>
                {s.title}
              </option>
            ))}
        </select>
      </label>
      <span class="take">
        <Menu label={tr("preset")} icon="plus">
          {all.presets.map((p) => (
            <button key={p.id} type="button" data-preset={p.id} title={told(p.note)} onClick={() => add({ title: told(p.title), settings: p.settings, payers: p.payers ?? [] })}>
              {told(p.title)}
            </button>
          ))}
        </Menu>
        <button type="button" class="tool" data-do="save-scenario" disabled={!toml} onClick={() => save(new Blob([toml], { type: "application/toml" }), `${active.title}.toml`)}>
          <Icon name="down" /> {tr("save_file")}
        </button>
        <button type="button" class="tool" data-do="open-scenario" onClick={() => file.current?.click()}>
          <Icon name="file" /> {tr("open_file")}
        </button>
        <input
          ref={file}
          type="file"
          hidden
          accept=".toml"
          id="scenario-file"
          onChange={(e) => {
            const chosen = e.currentTarget.files?.[0];
            if (chosen) void read(chosen);
            e.currentTarget.value = "";
          }}
        />
        <button type="button" class="tool" data-do="drawer" aria-pressed={drawer} onClick={onDrawer}>
          <Icon name="check" /> {tr("certificate")}
        </button>
      </span>
    </div>
  );
}
