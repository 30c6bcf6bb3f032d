/** The blocks of the document as the server sends them, laid out in order. */

import type { ComponentChildren, JSX } from "preact";
import type { Refused } from "./api";
import { Figure, Notes } from "./figure";
import { ui } from "./state";
import { Grid } from "./table";
import { download, ViewTools } from "./taking";
import { announce, Icon, Menu, told, tr, useLang } from "./text";
import type { Block, CardBlock, FindingBlock, Handle, Keys, Origin, Table } from "./types";
import type { Word } from "./words";

interface Props {
  blocks: Block[];
  onSelect?: ((codeOrName: string) => void) | undefined;
}

export function Blocks({ blocks, onSelect }: Props): JSX.Element {
  useLang();
  return (
    <>
      {blocks.map((b, i) => (
        <BlockView key={"id" in b ? b.id : `${b.kind}-${i}`} block={b} onSelect={onSelect} />
      ))}
    </>
  );
}

/** Opening the table or figure that a sentence rests on, where the answer brought it along. */
interface Seeing {
  onSee?: (id: string) => void;
  has?: (id: string) => boolean;
}

const Evidence = ({ id, onSee, has }: Seeing & { id: string | null }): JSX.Element | null =>
  id && onSee && has?.(id) ? (
    <button type="button" class="link see" onClick={() => onSee(id)}>
      {tr("evidence")}
    </button>
  ) : null;

export function BlockView({ block, onSelect, ...seeing }: Seeing & { block: Block; onSelect?: ((codeOrName: string) => void) | undefined }): JSX.Element {
  switch (block.kind) {
    case "figure":
      return <Figure block={block} {...(onSelect ? { onSelect } : {})} />;
    case "table":
      return <TableBlock table={block} onSelect={onSelect} />;
    case "finding":
      return <Finding block={block} {...seeing} />;
    case "key_figures":
      return <KeyFigures block={block} />;
    case "card":
      return <Card block={block} />;
    case "heading":
      return <h3>{told(block.text)}</h3>;
    case "paragraph":
      return <p class="running">{told(block.text)}</p>;
  }
}

export function TableBlock({ table, onSelect, children }: { table: Table; onSelect?: ((name: string) => void) | undefined; children?: ComponentChildren }): JSX.Element {
  return (
    <section class="sheet" id={table.id}>
      <div class="head">
        <p class="caption">{told(table.caption)}</p>
        {children}
        <ViewTools of={table.id} title={told(table.caption)} />
      </div>
      <Grid table={table} onSelect={onSelect} />
      <Notes notes={table.notes} source={table.lines.map((l) => told(l.publication)).join(ui.lang === "zh" ? "；" : "; ")} />
    </section>
  );
}

export function KeyFigures({ block, id, ...seeing }: Seeing & { block: Keys; id?: string }): JSX.Element {
  useLang();
  return (
    <ul class="keys" id={id}>
      {block.items.map((k) => (
        <li key={k.title.en}>
          <p class="title">{told(k.title)}</p>
          <p class="value">
            {told(k.value)}
            {told(k.unit) && <small>{told(k.unit)}</small>}
          </p>
          {told(k.interval) && (
            <p class="band">
              {tr("interval")} {told(k.interval)}
            </p>
          )}
          {told(k.note) && (
            <p class="meaning">
              {told(k.note)} <Evidence id={k.see} {...seeing} />
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

export function Finding({ block, ...seeing }: Seeing & { block: FindingBlock }): JSX.Element {
  return (
    <div class={`finding ${block.tone}`}>
      {block.tone !== "neutral" && <span class="tone">{tr(block.tone)}</span>}
      <p class="headline">
        {told(block.text)} <Evidence id={block.see} {...seeing} />
      </p>
      {block.detail && <p class="detail">{told(block.detail)}</p>}
    </div>
  );
}

export function Card({ block, open }: { block: CardBlock; open?: boolean }): JSX.Element {
  useLang();
  const options = Object.entries(block.options);
  return (
    <details class="sheet card" open={open}>
      <summary>
        <span class="tag">{tr("method")}</span>
        {told(block.title)}
      </summary>
      {block.formula &&
        (block.mathml ? <div class="formula" dangerouslySetInnerHTML={{ __html: block.mathml }} /> : <div class="formula"><code>{block.formula}</code></div>)}
      <dl>
        <dt>{tr("convention")}</dt>
        <dd>{told(block.convention)}</dd>
        {block.zero && told(block.zero) && (
          <>
            <dt>{tr("zero")}</dt>
            <dd>{told(block.zero)}</dd>
          </>
        )}
        {options.length > 0 && (
          <>
            <dt>{tr("options")}</dt>
            <dd>
              {options.map(([k, v]) => (
                <code key={k}>
                  {k} = {String(v)}
                </code>
              ))}
            </dd>
          </>
        )}
        {block.citations.length > 0 && (
          <>
            <dt>{tr("references")}</dt>
            <dd>
              <ol>
                {block.citations.map((c) => (
                  <li key={c.key}>
                    {c.gbt7714}
                    <details>
                      <summary>BibTeX</summary>
                      <pre>{c.bibtex}</pre>
                    </details>
                  </li>
                ))}
              </ol>
            </dd>
          </>
        )}
      </dl>
    </details>
  );
}

export function Provenance({ origin, open }: { origin: Origin | null; open?: boolean }): JSX.Element | null {
  useLang();
  if (!origin || origin.sources.length === 0) return null;
  return (
    <details class="sheet card" open={open}>
      <summary>
        <span class="tag">{tr("provenance")}</span>
        {origin.sources.map((s) => told(s.title)).join(ui.lang === "zh" ? "、" : ", ")}
      </summary>
      <dl>
        {origin.sources.map((s) => (
          <div key={s.id}>
            <dt>
              {told(s.title)} <code>{s.id}</code>
            </dt>
            <dd>{[told(s.publication), told(s.vintage), told(s.price_basis), told(s.unit)].filter(Boolean).join(ui.lang === "zh" ? "；" : "; ")}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

export async function copy(text: string): Promise<void> {
  let word: Word = "copied";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = Object.assign(document.createElement("textarea"), { value: text, className: "offscreen" });
    document.body.append(area);
    area.select();
    if (!document.execCommand("copy")) word = "copy_failed";
    area.remove();
  }
  announce(tr(word));
}

/** Copy as Python or as a command, and the data behind a view in every format. */
export function Take({ of, formats = ["csv", "xlsx", "parquet"] }: { of: Handle; formats?: readonly string[] }): JSX.Element {
  useLang();
  return (
    <span class="take">
      <button type="button" class="tool small" data-do="python" onClick={() => void copy(of.python)}>
        <Icon name="copy" /> {tr("copy_python")}
      </button>
      <button type="button" class="tool small" data-do="cli" onClick={() => void copy(of.cli)}>
        <Icon name="copy" /> {tr("copy_cli")}
      </button>
      <Menu label={tr("download_data")} icon="down">
        {formats.map((f) => (
          <button key={f} type="button" data-format={f} onClick={() => void download(`/api/download/${of.run_id}.${f}?lang=${ui.lang}`)}>
            {f === "parquet" ? "Parquet" : f.toUpperCase()}
          </button>
        ))}
      </Menu>
    </span>
  );
}

/** What went wrong, where, and what to do about it. */
export function Trouble({ error, again }: { error: Refused; again?: () => void }): JSX.Element {
  useLang();
  const place = (p: Refused["problems"][number]): string =>
    [p.file, p.sheet && `${tr("sheet")} ${p.sheet}`, p.row && `${tr("row")} ${p.row}`, p.column && `${tr("column")} ${p.column}`].filter(Boolean).join(" · ");
  return (
    <div class="trouble" role="alert">
      <p class="headline">{told(error.text)}</p>
      {error.candidates.length > 0 && <p>{error.candidates.slice(0, 6).join(ui.lang === "zh" ? "、" : ", ")}</p>}
      {error.problems.length > 0 && (
        <ul>
          {error.problems.slice(0, 60).map((p, i) => (
            <li key={i}>
              {place(p) && <span class="where">{place(p)}</span>}
              {told(p.what)}
              {p.do && (
                <span class="todo">
                  {tr("what_to_do")}
                  {told(p.do)}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {again && (
        <button type="button" class="tool" onClick={again}>
          {tr("retry")}
        </button>
      )}
    </div>
  );
}

export const Busy = ({ label }: { label?: string }): JSX.Element => (
  <p class="busy" role="status">
    <i aria-hidden="true" />
    {label ?? tr("loading")}
  </p>
);
