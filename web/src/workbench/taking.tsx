/** What a view can give away, and the method behind it: one answer of the server stands over all its views. */

import { createContext } from "preact";
import type { JSX } from "preact";
import { useContext } from "preact/hooks";
import { fetchFile, Refused } from "./api";
import { save } from "../kit/picture";
import { ui } from "./state";
import { announce, Icon, Menu, told, tr, useLang } from "./text";

export interface Answer {
  /** The answer on the server whose tables can be downloaded; none for results that are not kept there. */
  run: string;
  /** Opens the method card, or the certificate, of what is shown. */
  onMethod?: () => void;
}

export const Answering = createContext<Answer>({ run: "" });

export async function download(path: string): Promise<void> {
  try {
    const file = await fetchFile(path);
    save(file.blob, file.name);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    announce(told(error.text));
  }
}

const FORMATS = ["csv", "xlsx", "parquet"] as const;

interface Props {
  /** The id of the table or figure. */
  of: string;
  title: string;
  pictures?: { png: () => void; svg: () => void };
}

/** The buttons at the head of every view: its method, and its picture and data in every format. */
export function ViewTools({ of, title, pictures }: Props): JSX.Element | null {
  useLang();
  const { run, onMethod } = useContext(Answering);
  if (!run && !pictures) return null;
  return (
    <span class="picks">
      {onMethod && (
        <button type="button" class="tool small" data-do="method" aria-label={`${tr("method")} ${title}`} title={tr("method")} onClick={onMethod}>
          <Icon name="book" /> <span>{tr("method_short")}</span>
        </button>
      )}
      <Menu label={tr("download")} name={`${tr("download")} ${title}`} icon="down" small>
        {pictures && (
          <>
            <button type="button" data-do="png" onClick={pictures.png}>
              {tr("picture")}
            </button>
            <button type="button" data-do="svg" onClick={pictures.svg}>
              {tr("vector")}
            </button>
          </>
        )}
        {run &&
          FORMATS.map((f) => (
            <button key={f} type="button" data-format={f} onClick={() => void download(`/api/download/${run}.${f}?lang=${ui.lang}&table=${encodeURIComponent(of)}`)}>
              {tr("data")} {f === "parquet" ? "Parquet" : f.toUpperCase()}
            </button>
          ))}
      </Menu>
    </span>
  );
}
