/** A place to drop a file, or to choose one. */

import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { Icon, tr, useLang } from "./text";

interface Props {
  id: string;
  title: string;
  note: string;
  accept: string;
  small: boolean;
  onFile: (file: File) => void;
}

export function Drop({ id, title, note, accept, small, onFile }: Props): JSX.Element {
  useLang();
  const [over, hover] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  return (
    <div
      class={`drop ${over ? "over" : ""} ${small ? "small" : ""}`}
      onDragOver={(e) => (e.preventDefault(), hover(true))}
      onDragLeave={() => hover(false)}
      onDrop={(e) => {
        e.preventDefault();
        hover(false);
        const file = e.dataTransfer?.files[0];
        if (file) onFile(file);
      }}
    >
      <Icon name="file" />
      <p>
        <b>{title}</b>
        <span>{note}</span>
      </p>
      <button type="button" class={small ? "tool" : "primary"} onClick={() => input.current?.click()}>
        {tr(small ? "other_file" : "choose_file")}
      </button>
      <input
        ref={input}
        id={id}
        type="file"
        hidden
        accept={accept}
        onChange={(e) => {
          const file = e.currentTarget.files?.[0];
          if (file) onFile(file);
          e.currentTarget.value = "";
        }}
      />
    </div>
  );
}
