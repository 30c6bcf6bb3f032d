/** Words on the screen, in the language chosen. */

import type { ComponentChildren, JSX } from "preact";
import { say, type Text } from "../kit";
import type { Both } from "./types";
import { setUi, ui, useUi } from "./state";
import { type Word, words } from "./words";

export const tr = (word: Word): string => words[word][ui.lang === "zh" ? 0 : 1];
export const told = (text: Text | Both | null | undefined): string =>
  !text ? "" : typeof text === "string" || Array.isArray(text) ? say(text, ui.lang) : text[ui.lang];

/** Redraws its user when the language changes. */
export const useLang = () => useUi((u) => u.lang);

/** Says something to those who do not see the screen, and keeps it short. */
export const announce = (text: string, aloud = false): void => setUi({ said: text, aloud });

export function Unit({ text }: { text: Both | null | undefined }): JSX.Element | null {
  useLang();
  const unit = told(text);
  return unit ? <span class="unit">{ui.lang === "zh" ? `（${unit}）` : ` (${unit})`}</span> : null;
}

const paths: Record<string, string> = {
  undo: "M6.5 4 3 7.5 6.5 11M3.5 7.5H10a3.5 3.5 0 0 1 0 7H7",
  redo: "M9.5 4 13 7.5 9.5 11M12.5 7.5H6a3.5 3.5 0 0 0 0 7h3",
  reset: "M3 8a5 5 0 1 0 1.6-3.7M3 2.5V5h2.6",
  close: "M4 4l8 8M12 4l-8 8",
  plus: "M8 3v10M3 8h10",
  down: "M8 2.5v7.5M4.5 7 8 10.5 11.5 7M3 13.5h10",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM10.4 10.4 14 14",
  moon: "M13 9.6A5.5 5.5 0 0 1 6.4 3 5.5 5.5 0 1 0 13 9.6Z",
  share: "M11.5 5.5 8 2 4.5 5.5M8 2v8M3 9v4.5h10V9",
  file: "M4 1.8h5L12.5 5v9.2H4zM9 1.8V5h3.5",
  copy: "M5.5 5.5h8v8h-8zM2.5 10.5v-8h8",
  book: "M8 3.5C6.5 2.4 4.4 2.2 2.5 2.6v10c1.9-.4 4-.2 5.5.9 1.5-1.1 3.6-1.3 5.5-.9v-10C11.6 2.2 9.5 2.4 8 3.5Zm0 0v10",
  check: "M3 8.5 6.5 12 13 4.5",
  pin: "M8 14s4.5-4.2 4.5-7.5a4.5 4.5 0 0 0-9 0C3.5 9.8 8 14 8 14ZM8 8a1.6 1.6 0 1 0 0-3.2A1.6 1.6 0 0 0 8 8Z",
  pen: "M3 13l.7-2.8L11 2.9l2.1 2.1-7.3 7.3z",
  bin: "M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 9h5.8l.6-9",
};

export function Icon({ name }: { name: string }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={paths[name] ?? ""} />
    </svg>
  );
}

/** A button that opens a small list; Escape and a click elsewhere close it. */
export function Menu({ label, name, icon, small, children }: { label: string; name?: string; icon?: string; small?: boolean; children: ComponentChildren }): JSX.Element {
  const close = (box: HTMLDetailsElement): void => {
    box.open = false;
  };
  return (
    <details
      class="menu"
      onKeyDown={(e) => {
        if (e.key === "Escape" && e.currentTarget.open) {
          close(e.currentTarget);
          e.currentTarget.querySelector("summary")?.focus();
        }
      }}
      onFocusOut={(e) => {
        if (!e.currentTarget.contains(e.relatedTarget as Node | null)) close(e.currentTarget);
      }}
      onClick={(e) => {
        if ((e.target as Element).closest(".menu-list button")) close(e.currentTarget);
      }}
    >
      <summary class={`tool ${small ? "small" : ""}`} title={label} aria-label={name ?? label}>
        {icon && <Icon name={icon} />}
        <span>{label}</span>
      </summary>
      <div class="menu-list">{children}</div>
    </details>
  );
}
