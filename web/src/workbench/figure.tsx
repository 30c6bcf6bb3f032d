/** A figure: chart, words, table twin, pictures to take away. */

import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { draw, type Drawing, frames, say, type Spec, start, type Text } from "../kit";
import { compose, save } from "../kit/picture";
import { chartSvg } from "../kit/svg";
import { Player } from "./player";
import { ui, useUi } from "./state";
import { Grid } from "./table";
import { ViewTools } from "./taking";
import { told, tr, Unit } from "./text";
import type { FigureBlock } from "./types";
import { words } from "./words";

const MISSING: { missing: Text } = { missing: [...words.missing] };
const SVG_WIDTH = 860;

const titles = (spec: Spec): Text[] => (spec.kind === "map" || spec.kind === "ranking" ? spec.frames.map((f) => f.title) : []);

/** The frame of a chart for a year that several figures share; its own start where it has none for it. */
export function frameOf(spec: Spec, year: number | null): number {
  const at = titles(spec).findIndex((t) => say(t, "zh") === String(year));
  return at >= 0 ? at : start(spec);
}

interface Props {
  block: FigureBlock;
  /** The year shown, where a slider outside moves several figures together. */
  year?: number | null;
  onSelect?: (codeOrName: string) => void;
  open?: boolean;
}

export function Figure({ block, year, onSelect, open }: Props): JSX.Element {
  const lang = useUi((u) => u.lang);
  const dark = useUi((u) => u.dark);
  const host = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing | null>(null);
  const select = useRef(onSelect);
  select.current = onSelect;
  const [own, setOwn] = useState<number | null>(null);
  const frame = Math.min(own ?? (year === undefined ? start(block.chart) : frameOf(block.chart, year)), frames(block.chart) - 1);
  const kind = block.chart.kind;
  const grid = kind === "map" ? block.chart.tiles.map((t) => t.code).join() : "";
  useEffect(() => {
    const made = draw(host.current!, block.chart, MISSING, onSelect && ((code) => select.current?.(code)));
    drawing.current = made;
    const sizes = new ResizeObserver(() => made.resize());
    sizes.observe(host.current!);
    return () => {
      sizes.disconnect();
      made.dispose();
    };
  }, [kind, grid]);
  useEffect(() => drawing.current?.update(block.chart, { lang, dark, frame }), [block.chart, lang, dark, frame, kind, grid]);

  const caption = useMemo(() => told(block.caption), [block.caption, lang]);
  const labels = titles(block.chart).map((t) => say(t, lang));
  const source = block.table.lines.map((l) => told(l.publication)).join(lang === "zh" ? "；" : "; ");
  const file = `${block.id}${labels[frame] && labels.length > 1 ? `-${labels[frame]}` : ""}`;
  const takePicture = async (): Promise<void> => {
    const head = [caption + unit(block), labels.length > 1 ? labels[frame] : ""].filter(Boolean).join(" · ");
    const blob = await compose(await drawing.current!.canvas(), head, source ? tr("source") + source : "", dark);
    if (blob) save(blob, `${file}.png`);
  };
  const takeVector = (): void => {
    const text = drawing.current!.svg() ?? (block.chart.kind === "map" ? "" : chartSvg(block.chart, { lang, dark, frame }, SVG_WIDTH));
    save(new Blob([text], { type: "image/svg+xml" }), `${file}.svg`);
  };
  return (
    <figure class="sheet figure" id={block.id} data-figure={block.id}>
      <div class="head">
        <figcaption id={`${block.id}-caption`}>
          {caption}
          <Unit text={block.unit} />
        </figcaption>
        <ViewTools of={block.id} title={caption} pictures={{ png: () => void takePicture(), svg: takeVector }} />
      </div>
      {labels.length > 1 && year === undefined && <Player labels={labels} at={frame} onMove={setOwn} />}
      <div
        ref={host}
        class={`chart ${kind}`}
        {...(kind === "map" ? {} : { role: "img", tabIndex: 0 })}
        aria-labelledby={`${block.id}-caption`}
        aria-describedby={`${block.id}-text`}
      />
      <p class="description" id={`${block.id}-text`}>
        {told(block.description)}
      </p>
      <Notes notes={block.notes} source={source} />
      <details class="twin" open={open}>
        <summary>{tr("table_twin")}</summary>
        <Grid table={block.table} />
        <Notes notes={block.table.notes} source="" />
      </details>
    </figure>
  );
}

const unit = (block: FigureBlock): string => {
  const u = told(block.unit);
  return u ? (ui.lang === "zh" ? `（${u}）` : ` (${u})`) : "";
};

/** Notes and source, cut to a line until they are asked for. */
export function Notes({ notes, source }: { notes: FigureBlock["notes"]; source: string }): JSX.Element | null {
  const parts = [...(notes.length > 0 ? [tr("note") + notes.map((n) => told(n)).join(" ")] : []), ...(source ? [tr("source") + source] : [])];
  if (!parts.length) return null;
  return (
    <details class="note">
      <summary>{parts.join("  ")}</summary>
      {parts.map((p) => (
        <p key={p}>{p}</p>
      ))}
    </details>
  );
}
