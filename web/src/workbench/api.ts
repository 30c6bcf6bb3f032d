/** Talking to the server on this machine: one token, one error shape. */

import type { Both, Problem } from "./types";
import { words } from "./words";

const KEY = "yugong-token";

/** The launch page's address carries the token; other windows of this browser find it again in storage. */
function takeToken(): string {
  const given = /(?:^#|[&?])token=([\w-]+)/.exec(location.hash)?.[1];
  if (given) {
    localStorage.setItem(KEY, given);
    history.replaceState(null, "", location.hash.replace(/token=[\w-]+&?/, "").replace(/#$/, "") || location.pathname);
  }
  return given ?? localStorage.getItem(KEY) ?? "";
}

export const token = takeToken();

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly text: Both,
    readonly problems: Problem[] = [],
    readonly candidates: string[] = [],
  ) {
    super(text.en);
  }
}

const both = ([zh, en]: readonly [string, string]): Both => ({ zh, en });

async function ask(path: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, { ...init, headers: { ...init.headers, "X-Yugong-Token": token } });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Refused(0, both(words.offline));
  }
  if (answer.ok) return answer;
  const told = (await answer.json().catch(() => ({}))) as { error?: Both; problems?: Problem[]; candidates?: string[] };
  const text = answer.status === 403 && path === "/api/session" ? both(words.no_token) : (told.error ?? both(words.failed));
  throw new Refused(answer.status, text, told.problems, told.candidates);
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await ask(path, signal ? { signal } : {})).json()) as T;
}

export async function send<T>(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const init: RequestInit = { method };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "Content-Type": "application/json" };
  }
  if (signal) init.signal = signal;
  return (await (await ask(path, init)).json()) as T;
}

export async function sendFile<T>(path: string, file: File): Promise<T> {
  return (await (await ask(path, { method: "POST", body: file, headers: { "Content-Type": "application/octet-stream", "X-Yugong-Name": encodeURIComponent(file.name) } })).json()) as T;
}

export async function fetchFile(path: string): Promise<{ blob: Blob; name: string }> {
  const answer = await ask(path, {});
  const told = /filename\*?=(?:UTF-8'')?"?([^";]+)/i.exec(answer.headers.get("Content-Disposition") ?? "")?.[1];
  return { blob: await answer.blob(), name: decodeURIComponent(told ?? path.split("?")[0]!.split("/").pop()!) };
}
