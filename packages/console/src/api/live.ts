/**
 * Live updates. One stream per browser: the tab that holds the lock reads it and tells the others, because a browser
 * gives six connections to one server and six open tabs would leave none for the pages.
 * S1. After a cut it asks again with the last id seen; after a `reset` everything is asked anew.
 * S2. Messages are gathered and handed over at most four times a second.
 */
import { zStreamMessage } from "@cordon/model/api/system";
import { NO_FRAMES, readFrames, type StreamFrame } from "./event-stream.ts";

export type LiveState = "connecting" | "live" | "lost";

export interface LiveMessage {
  readonly incident: string;
  readonly kind: string;
}

export interface LiveSink {
  readonly batch: (messages: readonly LiveMessage[]) => void;
  readonly reset: () => void;
  readonly state: (state: LiveState) => void;
  /** The server no longer knows this session. */
  readonly signedOut: () => void;
}

const FLUSH_MS = 250;
const RETRY_FIRST_MS = 500;
const RETRY_LAST_MS = 15_000;
/** The server's heartbeat comes every 15 s: three missed ones mean a dead connection that nobody closed. */
const SILENCE_MS = 45_000;
const CHANNEL = "cordon-live";

type Told =
  | { readonly kind: "batch"; readonly messages: readonly LiveMessage[] }
  | { readonly kind: "reset" }
  | { readonly kind: "state"; readonly state: LiveState }
  | { readonly kind: "ask" };

/** Starts; the returned function ends it. */
export function startLive(sink: LiveSink): () => void {
  const stop = new AbortController();
  const channel = new BroadcastChannel(CHANNEL);
  let state: LiveState = "connecting";
  let leading = false;
  const tell = (told: Told) => {
    if (told.kind === "state") state = told.state;
    deliver(sink, told);
    channel.postMessage(told);
  };
  channel.onmessage = ({ data }: MessageEvent<Told>) => {
    if (data.kind === "ask" && leading) channel.postMessage({ kind: "state", state } satisfies Told);
    else if (data.kind !== "ask") deliver(sink, data);
  };
  channel.postMessage({ kind: "ask" } satisfies Told);
  const lead = async () => {
    leading = true;
    await readForever(tell, sink.signedOut, stop.signal);
  };
  void withLock(lead, stop.signal);
  return () => {
    stop.abort();
    channel.close();
  };
}

async function withLock(run: () => Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    if (navigator.locks === undefined) return await run();
    await navigator.locks.request(CHANNEL, { signal }, run);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function deliver(sink: LiveSink, told: Told): void {
  if (told.kind === "batch") sink.batch(told.messages);
  if (told.kind === "reset") sink.reset();
  if (told.kind === "state") sink.state(told.state);
}

async function readForever(tell: (told: Told) => void, signedOut: () => void, signal: AbortSignal): Promise<void> {
  let lastId: string | undefined;
  let waitMs = RETRY_FIRST_MS;
  let first = true;
  while (!signal.aborted) {
    try {
      const end = await readOnce({ lastId, first, tell, signal });
      lastId = end.lastId ?? lastId;
      if (end.status === 401) return signedOut();
      if (end.status === 200) {
        waitMs = RETRY_FIRST_MS;
        first = false;
      }
    } catch {
      // Unreachable or cut: the state below says so on screen, and the loop asks again.
    }
    if (signal.aborted) return;
    tell({ kind: "state", state: "lost" });
    await pause(waitMs, signal);
    waitMs = Math.min(waitMs * 2, RETRY_LAST_MS);
  }
}

interface Reading {
  readonly lastId: string | undefined;
  readonly first: boolean;
  readonly tell: (told: Told) => void;
  readonly signal: AbortSignal;
}

async function readOnce(reading: Reading): Promise<{ readonly status: number; readonly lastId?: string | undefined }> {
  const { lastId, first, tell, signal } = reading;
  const own = new AbortController();
  const watch = watchSilence(own);
  const response = await fetch("/api/v1/stream", {
    headers: { accept: "text/event-stream", ...(lastId === undefined ? {} : { "last-event-id": lastId }) },
    credentials: "same-origin",
    cache: "no-store",
    signal: AbortSignal.any([signal, own.signal]),
  });
  if (!response.ok || response.body === null) {
    watch.end();
    return { status: response.status };
  }
  tell({ kind: "state", state: "live" });
  // Without an id to resume from, what happened while the line was down is unknown: ask for everything.
  if (!first && lastId === undefined) tell({ kind: "reset" });
  const gather = gatherFrames(tell);
  let reader = lastId === undefined ? NO_FRAMES : { ...NO_FRAMES, lastId };
  try {
    for await (const chunk of chunksOf(response.body)) {
      watch.heard();
      const [next, frames] = readFrames(reader, chunk);
      reader = next;
      gather.add(frames);
    }
  } catch {
    // A cut line: what was read so far counts, and its last id is where to go on.
  } finally {
    gather.end();
    watch.end();
  }
  return { status: 200, lastId: reader.lastId };
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield decoder.decode(value, { stream: true });
  }
}

function gatherFrames(tell: (told: Told) => void) {
  let waiting: LiveMessage[] = [];
  let timer: number | undefined;
  const flush = () => {
    timer = undefined;
    if (waiting.length === 0) return;
    const messages = waiting;
    waiting = [];
    tell({ kind: "batch", messages });
  };
  const add = (frames: readonly StreamFrame[]) => {
    for (const frame of frames) {
      if (frame.event === "reset") tell({ kind: "reset" });
      const message = readMessage(frame.data);
      if (message !== undefined) waiting.push(message);
    }
    if (timer === undefined) timer = window.setTimeout(flush, FLUSH_MS);
  };
  return { add, end: flush };
}

export function readMessage(data: string): LiveMessage | undefined {
  try {
    const parsed = zStreamMessage.safeParse(JSON.parse(data));
    return parsed.success ? { incident: parsed.data.incident, kind: parsed.data.kind } : undefined;
  } catch {
    return undefined;
  }
}

function watchSilence(own: AbortController) {
  let timer = window.setTimeout(() => own.abort(), SILENCE_MS);
  return {
    heard: () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => own.abort(), SILENCE_MS);
    },
    end: () => window.clearTimeout(timer),
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = window.setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      window.clearTimeout(timer);
      resolve();
    });
  });
}
