/** The time slider with its play button; the browser's own range input answers to the arrow keys. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { tr, useLang } from "./text";

const BEAT = 800; // ms a frame

export function Player({ labels, at, onMove }: { labels: string[]; at: number; onMove: (at: number) => void }): JSX.Element {
  useLang();
  const [playing, play] = useState(false);
  const now = useRef(at);
  now.current = at;
  const move = useRef(onMove);
  move.current = onMove;
  const last = labels.length - 1;
  useEffect(() => {
    if (!playing) return;
    const timer = window.setInterval(() => {
      const next = now.current + 1;
      if (next <= last) move.current(next);
      if (next >= last) play(false);
    }, BEAT);
    return () => window.clearInterval(timer);
  }, [playing, last]);
  return (
    <div class="player">
      <button
        type="button"
        aria-pressed={playing}
        aria-label={tr("play")}
        onClick={() => {
          if (!playing && at === last) onMove(0);
          play(!playing);
        }}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path class="go" d="M4 2.5v11l9-5.5z" />
          <path class="stop" d="M4 3h3v10H4zM9 3h3v10H9z" />
        </svg>
      </button>
      <input
        type="range"
        min={0}
        max={last}
        step={1}
        value={at}
        aria-label={tr("year")}
        aria-valuetext={labels[at]}
        onInput={(e) => {
          play(false);
          onMove(e.currentTarget.valueAsNumber);
        }}
      />
      <output>{labels[at]}</output>
    </div>
  );
}
