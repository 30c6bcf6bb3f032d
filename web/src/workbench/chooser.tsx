/** Several of a list: what is chosen stands as chips, the rest in a select; nothing chosen means all. */

import type { JSX } from "preact";
import { Icon, told, tr, useLang } from "./text";
import type { Option } from "./types";

interface Props {
  id: string;
  label: string;
  options: Option[];
  groups?: Option[];
  values: string[];
  empty?: string;
  onChange: (values: string[]) => void;
}

export function Chooser({ id, label, options, groups = [], values, empty, onChange }: Props): JSX.Element {
  useLang();
  const titles = new Map([...options, ...groups].map((o) => [o.id, o.title]));
  const left = (list: Option[]): Option[] => list.filter((o) => !values.includes(o.id));
  const item = (o: Option): JSX.Element => (
    <option key={o.id} value={o.id}>
      {told(o.title)}
    </option>
  );
  return (
    <div class="field chooser">
      <label for={id}>{label}</label>
      <select
        id={id}
        value=""
        onChange={(e) => {
          if (e.currentTarget.value) onChange([...values, e.currentTarget.value]);
          e.currentTarget.value = "";
        }}
      >
        <option value="">{values.length ? "+" : (empty ?? tr("everywhere"))}</option>
        {groups.length > 0 ? (
          <>
            <optgroup label={tr("grouping")}>{left(groups).map(item)}</optgroup>
            <optgroup label={tr("place")}>{left(options).map(item)}</optgroup>
          </>
        ) : (
          left(options).map(item)
        )}
      </select>
      {values.length > 0 && (
        <span class="chips">
          {values.map((v) => (
            <button key={v} type="button" class="chip" aria-label={`${tr("remove")} ${told(titles.get(v)) || v}`} onClick={() => onChange(values.filter((x) => x !== v))}>
              {told(titles.get(v)) || v}
              <Icon name="close" />
            </button>
          ))}
        </span>
      )}
    </div>
  );
}
