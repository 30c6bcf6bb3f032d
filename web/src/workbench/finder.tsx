/** The region search: Chinese, pinyin or its initials, English, or the code; a combobox by the ARIA pattern. */

import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { placeName, places } from "./store";
import { Icon, tr, useLang } from "./text";
import type { Place } from "./types";

const MOST = 40;
const plain = (text: string): string => text.toLowerCase().replace(/[\s'’-]/g, "");

/** The places that match, those that begin with the query first. */
export function find(query: string, among: readonly Place[]): Place[] {
  const q = plain(query);
  if (!q) return [...among];
  const score = (p: Place): number => {
    const keys = [p.zh, p.full, p.en, p.pinyin, p.initials, p.code].map(plain);
    return keys.some((k) => k === q) ? 0 : keys.some((k) => k.startsWith(q)) ? 1 : [p.zh, p.full, p.en].some((k) => plain(k).includes(q)) ? 2 : 3;
  };
  return among
    .map((p) => [score(p), p] as const)
    .filter(([s]) => s < 3)
    .sort((a, b) => a[0] - b[0])
    .map(([, p]) => p);
}

interface Props {
  id: string;
  label: string;
  value: string;
  onPick: (code: string) => void;
  clearable?: boolean;
  /** A search that opens where it stands and is gone when it is left. */
  onLeave?: () => void;
}

export function Finder({ id, label, value, onPick, clearable = true, onLeave }: Props): JSX.Element {
  const lang = useLang();
  const [query, setQuery] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (onLeave) input.current?.focus();
  }, []);
  const found = useMemo(() => find(query ?? "", places).slice(0, MOST), [query, lang]);
  const open = query !== null;
  const pick = (p: Place | undefined): void => {
    if (!p) return;
    setQuery(null);
    onPick(p.code);
  };
  const onKey = (e: KeyboardEvent): void => {
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      if (!open) setQuery("");
      else setAt(Math.min(Math.max(at + (e.key === "ArrowDown" ? 1 : -1), 0), found.length - 1));
    } else if (e.key === "Enter" && open) {
      e.preventDefault();
      pick(found[at]);
    } else if (e.key === "Escape" && open) {
      e.stopPropagation();
      setQuery(null);
    }
  };
  return (
    <div class="finder">
      <label for={id}>{label}</label>
      <div class="box">
        <Icon name="pin" />
        <input
          ref={input}
          id={id}
          type="text"
          role="combobox"
          autocomplete="off"
          spellcheck={false}
          aria-expanded={open}
          aria-controls={`${id}-list`}
          aria-activedescendant={open && found[at] ? `${id}-${found[at].code}` : undefined}
          placeholder={tr("region_hint")}
          value={query ?? (value ? placeName(value) : "")}
          onFocus={(e) => e.currentTarget.select()}
          onClick={() => open || setQuery("")}
          onInput={(e) => {
            setQuery(e.currentTarget.value);
            setAt(0);
          }}
          onBlur={() => {
            setQuery(null);
            onLeave?.();
          }}
          onKeyDown={onKey}
        />
        {clearable && value && !open && (
          <button type="button" class="ghost" aria-label={`${tr("clear")} ${label}`} onClick={() => onPick("")}>
            <Icon name="close" />
          </button>
        )}
      </div>
      {open && (
        <ul class="options" role="listbox" id={`${id}-list`}>
          {found.map((p, i) => (
            <li
              key={p.code}
              id={`${id}-${p.code}`}
              role="option"
              aria-selected={i === at}
              onMouseDown={(e) => {
                e.preventDefault();
                pick(p);
                input.current?.blur();
              }}
            >
              <b>{lang === "zh" ? p.zh : p.en}</b>
              <span>{lang === "zh" ? p.en : p.zh}</span>
              <code>{p.code}</code>
            </li>
          ))}
          {found.length === 0 && <li class="none">{tr("no_match")}</li>}
        </ul>
      )}
    </div>
  );
}
