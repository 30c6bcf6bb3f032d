/** A form from a verb's signature: each field in the control that suits its kind. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Refused, sendFile } from "./api";
import { download } from "./taking";
import { Chooser } from "./chooser";
import { ui } from "./state";
import { places, session } from "./store";
import { Icon, told, tr, Unit, useLang } from "./text";
import type { Field, Option, Verb } from "./types";

export type Options = Record<string, unknown>;

interface Props {
  room: string;
  verb: Verb;
  options: Options;
  sources: Record<string, Option[]>;
  onChange: (options: Options, tag: string) => void;
}

/** What a field can be chosen from: its own choices, or a list of the study. */
function listed(field: Field, sources: Record<string, Option[]>): Option[] {
  if (field.choices?.length) return field.choices;
  switch (field.source) {
    case "variables":
      return session.variables;
    case "groupings":
      return session.groupings;
    case "places":
      return places.map((p) => ({ id: p.code, title: { zh: p.zh, en: p.en } }));
    case "years":
      return [...session.years].reverse().map((y) => ({ id: String(y), title: { zh: String(y), en: String(y) } }));
    case null:
      return [];
    default:
      return sources[field.source] ?? [];
  }
}

const FRONT = 8; // fields that stand open where a method has many

/** The fields to begin with, and those that can wait: what is required, given or a file never waits. */
function ranked(verb: Verb, options: Options): [Field[], Field[]] {
  if (verb.fields.length <= FRONT + 2) return [verb.fields, []];
  const front = verb.fields.filter((f, i) => i < FRONT || f.required || f.kind === "file" || options[f.id] !== undefined);
  return [front, verb.fields.filter((f) => !front.includes(f))];
}

export function Form({ room, verb, options, sources, onChange }: Props): JSX.Element {
  useLang();
  const [opened] = useState(options); // a field does not jump to the front while it is being filled in
  const set = (id: string, value: unknown): void => {
    const { [id]: _, ...rest } = options;
    onChange(value === undefined ? rest : { ...rest, [id]: value }, `${verb.id}-${id}`);
  };
  const [front, rest] = ranked(verb, opened);
  const grid = (fields: Field[]): JSX.Element => (
    <div class="fields">
      {fields.map((f) => (
        <FieldView key={f.id} field={f} sources={sources} value={options[f.id]} onSet={(v) => set(f.id, v)} />
      ))}
    </div>
  );
  return (
    <>
      {front.length > 0 && grid(front)}
      {rest.length > 0 && (
        <details class="rest">
          <summary>
            {tr("more_options")} <span class="count">{rest.length}</span>
          </summary>
          {grid(rest)}
        </details>
      )}
      {verb.forms.length > 0 && (
        <div class="user-tables">
          <p class="label">{tr(verb.fields.some((f) => f.kind === "file" && f.required) ? "user_tables" : "user_tables_optional")}</p>
          {verb.forms.map((f) => (
            <p key={f.id}>
              <b>{told(f.title)}</b>
              <span class="unit"> {f.columns.map((c) => told(c.title)).join(" · ")}</span>
            </p>
          ))}
          <button type="button" class="tool" data-do="template" onClick={() => void download(`/api/template/${room}/${verb.id}?lang=${ui.lang}`)}>
            <Icon name="down" /> {tr("template")}
          </button>
        </div>
      )}
    </>
  );
}

/** A title's first words, and what it adds in brackets or after a colon, which stands below the field. */
function parted(title: string): [string, string] {
  const at = title.search(/.(?:[：；（]|: |; | \()/) + 1;
  return at > 1 ? [title.slice(0, at), title.slice(at).replace(/^(?:[：；（]|: |; | \()/, "").replace(/[）)]$/, "")] : [title, ""];
}

interface FieldProps {
  field: Field;
  sources: Record<string, Option[]>;
  value: unknown;
  onSet: (value: unknown) => void;
}

const shown = (value: unknown): string => (value === null || value === undefined ? "" : Array.isArray(value) ? value.join(", ") : String(value));

function FieldView({ field, sources, value, onSet }: FieldProps): JSX.Element {
  useLang();
  const id = `field-${field.id}`;
  const list = listed(field, sources);
  const many = field.kind === "texts" || field.kind === "choices" || field.kind === "integers" || field.kind === "numbers";
  const [title, aside] = parted(told(field.title));
  const label = (
    <>
      {title}
      <Unit text={field.unit} />
      {field.required && (
        <i class="need" title={tr("required")}>
          *
        </i>
      )}
    </>
  );
  const hint = field.default === null || field.default === undefined ? (field.nullable && !field.required ? tr(field.source === "years" ? "all_years" : "unset") : "") : `${tr("default")} ${told(list.find((o) => o.id === String(field.default))?.title) || (field.source === "variables" ? "" : shown(field.default))}`.trim();
  if (field.kind === "integers" && field.source === "years" && spanning(value))
    return <YearSpan id={id} label={label} value={value} onSet={onSet} />;
  if (field.kind === "bool")
    return (
      <label class="check" title={aside}>
        <input type="checkbox" id={id} checked={Boolean(value ?? field.default)} onChange={(e) => onSet(e.currentTarget.checked === Boolean(field.default) ? undefined : e.currentTarget.checked)} />
        {label}
      </label>
    );
  if (field.kind === "file") return <FileField id={id} label={label} value={value} onSet={onSet} />;
  if (many && list.length > 0) {
    const chosen = Array.isArray(value) ? value.map(String) : [];
    const back = (v: string): unknown => (field.kind === "integers" || field.kind === "numbers" ? Number(v) : v);
    return <Chooser id={id} label={title} options={list} values={chosen} empty={hint || tr("any")} onChange={(v) => onSet(v.length ? v.map(back) : undefined)} />;
  }
  const written = shown(value);
  const free = field.kind === "text" && written !== "" && !list.some((o) => o.id === written);
  if (list.length > 0 && !free)
    return (
      <div class="field">
        <label for={id} title={told(field.title)}>
          {label}
        </label>
        <select
          id={id}
          value={shown(value)}
          onChange={(e) => {
            const v = e.currentTarget.value;
            onSet(v === "" ? undefined : field.kind === "integer" ? Number(v) : v);
          }}
        >
          <option value="">{hint || "—"}</option>
          {list.map((o) => (
            <option key={o.id} value={o.id}>
              {told(o.title)}
            </option>
          ))}
        </select>
      </div>
    );
  const number = field.kind === "number" || field.kind === "integer";
  return (
    <div class="field">
      <label for={id} title={told(field.title)}>
        {label}
      </label>
      <input
        id={id}
        {...({ type: number ? "number" : "text" } as { type: "number" })}
        step={field.kind === "integer" ? 1 : "any"}
        {...(field.low !== null ? { min: field.low } : {})}
        {...(field.high !== null ? { max: field.high } : {})}
        placeholder={hint}
        value={shown(value)}
        onChange={(e) => {
          const text = e.currentTarget.value.trim();
          const parts = text.split(/[,，、;；\s]+/).filter(Boolean);
          const whole = field.kind === "integers" || field.kind === "numbers";
          onSet(text === "" ? undefined : number ? Number(text) : many ? (whole ? parts.map(Number) : parts) : text);
        }}
      />
      {aside && <span class="aside">{aside}</span>}
    </div>
  );
}

/** Whether a list of years is a run of the study's years, which two selects can show. */
function spanning(value: unknown): value is number[] | undefined {
  if (value === undefined) return true;
  const years = Array.isArray(value) ? value.map(Number) : [];
  const run = session.years.filter((y) => y >= years[0]! && y <= years[years.length - 1]!);
  return years.length > 0 && run.join() === years.join();
}

/** From one year to another: every year of the study between them. */
function YearSpan({ id, label, value, onSet }: { id: string; label: JSX.Element; value: number[] | undefined; onSet: (value: unknown) => void }): JSX.Element {
  useLang();
  const [first, last] = [session.years[0]!, session.years[session.years.length - 1]!];
  const ends = value ? [value[0]!, value[value.length - 1]!] : [null, null];
  const put = (end: 0 | 1, year: number | null): void => {
    const next = [...ends];
    next[end] = year;
    if (next[0] === null && next[1] === null) return onSet(undefined);
    const [a, b] = [next[0] ?? first, next[1] ?? last];
    onSet(session.years.filter((y) => y >= Math.min(a, b) && y <= Math.max(a, b)));
  };
  const select = (end: 0 | 1): JSX.Element => (
    <select
      id={end ? `${id}-to` : id}
      aria-label={tr(end ? "to_year" : "from_year")}
      value={ends[end] === null ? "" : String(ends[end])}
      onChange={(e) => put(end, e.currentTarget.value ? Number(e.currentTarget.value) : null)}
    >
      <option value="">{tr(end ? "latest" : "earliest")}</option>
      {session.years.map((y) => (
        <option key={y} value={String(y)}>
          {y}
        </option>
      ))}
    </select>
  );
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <span class="span">
        {select(0)}
        <i aria-hidden="true">–</i>
        {select(1)}
      </span>
    </div>
  );
}

function FileField({ id, label, value, onSet }: { id: string; label: JSX.Element; value: unknown; onSet: (value: unknown) => void }): JSX.Element {
  const [name, setName] = useState("");
  const [said, say] = useState("");
  const take = async (file: File): Promise<void> => {
    say("");
    try {
      const told = await sendFile<{ file: string }>("/api/files", file);
      setName(file.name);
      onSet(told.file);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      say(told(error.text));
    }
  };
  return (
    <div class="field">
      <span class="label">{label}</span>
      <label class="tool file">
        <Icon name="file" /> {tr("choose_file")}
        <input
        id={id}
        class="offscreen"
        type="file"
        accept=".xlsx,.xls,.ods,.csv,.docx,.txt,.md,.pdf"
        onChange={(e) => {
          const file = e.currentTarget.files?.[0];
          if (file) void take(file);
        }}
        />
      </label>
      {typeof value === "string" && value && (
        <span class="chips">
          <button type="button" class="chip" aria-label={tr("remove")} onClick={() => (onSet(undefined), setName(""))}>
            {name || value} <Icon name="close" />
          </button>
        </span>
      )}
      {said && <span class="stale">{said}</span>}
    </div>
  );
}
