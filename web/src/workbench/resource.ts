/** What is asked of the server again whenever the question changes; a late answer to an old question is dropped. */

import { useEffect, useRef, useState } from "preact/hooks";
import { Refused } from "./api";

export interface Resource<T> {
  data: T | null;
  error: Refused | null;
  busy: boolean;
  again: () => void;
}

export function useResource<T>(key: string | null, ask: (signal: AbortSignal) => Promise<T>, wait = 0): Resource<T> {
  const [state, set] = useState<{ data: T | null; error: Refused | null; busy: boolean }>({ data: null, error: null, busy: key !== null });
  const [turn, retry] = useState(0);
  const asked = useRef(ask);
  asked.current = ask;
  useEffect(() => {
    if (key === null) return;
    const stop = new AbortController();
    set((s) => ({ ...s, busy: true }));
    const timer = window.setTimeout(() => {
      asked.current(stop.signal).then(
        (data) => !stop.signal.aborted && set({ data, error: null, busy: false }),
        (error: unknown) => {
          if (stop.signal.aborted) return;
          if (!(error instanceof Refused)) throw error;
          set((s) => ({ ...s, error, busy: false }));
        },
      );
    }, wait);
    return () => {
      window.clearTimeout(timer);
      stop.abort();
    };
  }, [key, turn]);
  return { ...state, again: () => retry((n) => n + 1) };
}
