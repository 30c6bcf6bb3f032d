/** Asking for the answer on every movement: one question under way at a time, always the newest next. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Refused, send } from "../api";
import { session } from "../store";
import type { Scenario, Simulated } from "../types";

export interface Question {
  scenarios: Scenario[];
  region: string;
  certificate: boolean;
}

export interface Solving {
  answer: Simulated | null;
  error: Refused | null;
  busy: boolean;
  again: () => void;
}

/** A study of more places than this is shown a first-order preview before the exact answer. */
const LARGE = 100;

const body = (q: Question, seq: number, preview: boolean): object => ({
  scenarios: q.scenarios.map(({ title, ...s }) => ({ ...s, title: { zh: title, en: title } })),
  ...(q.region ? { region: q.region } : {}),
  certificate: q.certificate,
  preview,
  seq,
});

export function useSolving(question: Question): Solving {
  const [state, set] = useState<Omit<Solving, "again">>({ answer: null, error: null, busy: true });
  const [turn, again] = useState(0);
  const wanted = useRef({ question, seq: 0 });
  const under = useRef(false);
  const previewed = useRef(-1);
  const key = JSON.stringify(question);
  // a layout effect: the question leaves before the moved slider is painted
  useLayoutEffect(() => {
    wanted.current = { question, seq: wanted.current.seq + 1 };
    set((s) => ({ ...s, busy: true }));
    if (under.current) return;
    under.current = true;
    const next = (): void => {
      const { question: q, seq } = wanted.current;
      const rough = session.study.places > LARGE && seq !== previewed.current;
      previewed.current = seq;
      const settled = (patch: Partial<Omit<Solving, "again">>): void => {
        const late = seq !== wanted.current.seq || patch.answer?.scenarios.some((s) => s.badge === "preview") === true;
        set((s) => ({ ...s, ...patch, busy: late }));
        if (late) next();
        else under.current = false;
      };
      send<Simulated>("POST", "/api/simulate", body(q, seq, rough)).then(
        (answer) => settled(answer.seq === seq ? { answer, error: null } : {}),
        (error: unknown) => {
          if (!(error instanceof Refused)) throw error;
          settled({ error });
        },
      );
    };
    next();
  }, [key, turn]);
  return { ...state, again: () => again((n) => n + 1) };
}
