/** The frame: tabs, undo and redo, language, theme, the whole report, and what is being said. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Refused } from "./api";
import { Busy, copy, Trouble } from "./blocks";
import { Diagnose } from "./diagnose";
import { Importer } from "./importer";
import { Overview } from "./overview";
import { Reporting } from "./reporting";
import { Reviewing } from "./reviewing";
import { Simulate } from "./simulate";
import { Snapshots } from "./snapshots";
import { change, doc, link, redo, setUi, TABS, ui, undo, useDoc, useUi } from "./state";
import { open, session, settle } from "./store";
import { Icon, told, tr, useLang } from "./text";
import { Verbs } from "./verbs";
import type { Word } from "./words";

type Tab = (typeof TABS)[number];
/** The page of a room itself, and the list of all its methods. */
const MODES = {
  diagnose: ["at_glance", "analyses"],
  simulate: ["live", "analyses_simulate"],
  review: ["review_document", "analyses_review"],
} as const satisfies Record<string, readonly [Word, Word]>;
const ALWAYS: Tab[] = ["overview", "import"];

export function App(): JSX.Element {
  const lang = useLang();
  const dark = useUi((u) => u.dark);
  const [state, set] = useState<"opening" | "open" | Refused>("opening");
  const start = (): void => {
    set("opening");
    open().then(
      () => set("open"),
      (error: unknown) => {
        if (!(error instanceof Refused)) throw error;
        set(error);
      },
    );
  };
  useEffect(start, []);
  useEffect(() => {
    document.documentElement.dataset["lang"] = lang;
    document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
    document.documentElement.dataset["theme"] = dark ? "dark" : "light";
  }, [lang, dark]);
  useEffect(() => {
    if (state === "open") document.documentElement.dataset["ready"] = "true";
  }, [state]);
  useEffect(() => {
    const onKey = (e: KeyboardEvent): void => {
      if (!(e.ctrlKey || e.metaKey) || e.altKey || e.key.toLowerCase() !== "z") return;
      const into = e.target as HTMLElement;
      if (into instanceof HTMLTextAreaElement || (into instanceof HTMLInputElement && into.type === "text")) return;
      e.preventDefault();
      if (e.shiftKey) redo();
      else undo();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <>
      <a class="skip" href="#main" onClick={(e) => (e.preventDefault(), document.getElementById("main")?.focus())}>
        {tr("skip")}
      </a>
      <Head ready={state === "open"} />
      <main id="main" tabIndex={-1}>
        {state === "opening" && <Busy label={tr("loading_first")} />}
        {state instanceof Refused && <Trouble error={state} again={start} />}
        {state === "open" && <Page />}
      </main>
      <Said />
    </>
  );
}

function tabs(): Tab[] {
  const rooms = session.rooms.map((r) => r.id);
  return TABS.filter((t) => ALWAYS.includes(t) || rooms.includes(t) || (t === "simulate" && session.simulator !== "absent"));
}

function Head({ ready }: { ready: boolean }): JSX.Element {
  const lang = useLang();
  const tab = useDoc((d) => d.tab);
  const dark = useUi((u) => u.dark);
  const past = useUi((u) => u.past);
  const future = useUi((u) => u.future);
  const [reporting, setReporting] = useState(false);
  const [keeping, setKeeping] = useState(false);
  useEffect(() => {
    document.title = `${tr(tab as Tab)} · ${ready ? told(session.study.title) : tr("brand")}`;
  }, [lang, tab, ready]);
  return (
    <header class="top">
      <p class="brand">
        <b>禹贡</b> <span>Yugong</span>
      </p>
      <nav aria-label={tr("pages")}>
        {ready &&
          tabs().map((t) => (
            <a
              key={t}
              href={`#${t}`}
              data-tab={t}
              aria-current={t === tab ? "page" : undefined}
              title={tr(`${t}_ask` as Word)}
              onClick={(e) => {
                e.preventDefault();
                change({ tab: t }, "", true);
              }}
            >
              {tr(t)}
            </a>
          ))}
      </nav>
      <div class="switches">
        <Saving />
        <button type="button" class="tool icon-only" data-do="undo" disabled={!past} aria-label={tr("undo")} title={`${tr("undo")} (Ctrl+Z)`} onClick={undo}>
          <Icon name="undo" />
        </button>
        <button type="button" class="tool icon-only" data-do="redo" disabled={!future} aria-label={tr("redo")} title={`${tr("redo")} (Ctrl+Shift+Z)`} onClick={redo}>
          <Icon name="redo" />
        </button>
        <button type="button" class="tool" data-do="link" title={tr("copy_link")} onClick={() => void copy(link())}>
          <Icon name="share" /> <span>{tr("share")}</span>
        </button>
        <button type="button" class="tool" data-do="snapshots" disabled={!ready} title={tr("snapshots")} onClick={() => setKeeping(true)}>
          <Icon name="pin" /> <span>{tr("snapshots")}</span>
        </button>
        <button type="button" class="tool" data-do="report" disabled={!ready} onClick={() => setReporting(true)}>
          <Icon name="file" /> <span>{tr("report")}</span>
        </button>
        <span class="languages" role="group" aria-label={tr("language")}>
          <button type="button" lang="zh-CN" data-lang-to="zh" aria-pressed={lang === "zh"} onClick={() => setUi({ lang: "zh", said: "" })}>
            中
          </button>
          <button type="button" lang="en" data-lang-to="en" aria-pressed={lang === "en"} onClick={() => setUi({ lang: "en", said: "" })}>
            EN
          </button>
        </span>
        <button type="button" class="tool icon-only" data-do="theme" aria-label={tr("theme")} title={tr("theme")} onClick={() => setUi({ dark: !dark })}>
          <Icon name="moon" />
        </button>
      </div>
      {keeping && <Snapshots onClose={() => setKeeping(false)} />}
      {reporting && <Reporting onClose={() => setReporting(false)} />}
    </header>
  );
}

function Page(): JSX.Element {
  const tab = useDoc((d) => d.tab) as Tab;
  const verb = useDoc((d) => d.verbs[d.tab]?.verb ?? "");
  useLang();
  useEffect(() => window.scrollTo(0, 0), [tab]);
  const shown = tabs().includes(tab) ? tab : "overview";
  switch (shown) {
    case "overview":
      return <Overview />;
    case "import":
      return <Importer />;
    case "diagnose":
    case "review":
    case "simulate": {
      const open = (to: string): void => change({ verbs: { ...doc.verbs, [shown]: { verb: to, options: {} } } }, "", true);
      return (
        <>
          <div class="modes" role="group" aria-label={tr("pages")}>
            <button type="button" aria-pressed={!verb} onClick={() => open("")}>
              {tr(MODES[shown][0])}
            </button>
            <button type="button" aria-pressed={!!verb} onClick={() => verb || open("*")}>
              {tr(MODES[shown][1])}
            </button>
          </div>
          {verb ? <Verbs key={shown} room={shown} /> : shown === "diagnose" ? <Diagnose /> : shown === "review" ? <Reviewing /> : <Simulate />}
        </>
      );
    }
    default:
      return <Verbs key={shown} room={shown} />;
  }
}

function Saving(): JSX.Element | null {
  useLang();
  const save = useUi((u) => u.save);
  if (save === "conflict")
    return (
      <span class="conflict" role="alert">
        {tr("conflict")}
        <button type="button" class="tool small" onClick={() => void settle(false)}>
          {tr("take_theirs")}
        </button>
        <button type="button" class="tool small" onClick={() => void settle(true)}>
          {tr("keep_mine")}
        </button>
      </span>
    );
  if (save === "idle") return null;
  return <span class={`saving ${save}`}>{tr(save === "saving" ? "saving" : save === "saved" ? "saved" : "not_saved")}</span>;
}

/** One polite voice for the whole page, seen for a moment by everyone else. */
function Said(): JSX.Element {
  const said = useUi((u) => u.said);
  const [seen, see] = useState(false);
  useEffect(() => {
    if (!said || ui.aloud) return see(false);
    see(true);
    const timer = window.setTimeout(() => see(false), 2600);
    return () => window.clearTimeout(timer);
  }, [said]);
  return (
    <div class={`said ${seen ? "seen" : ""}`} role="status" aria-live="polite">
      {said}
    </div>
  );
}


