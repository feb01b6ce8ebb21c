/**
 * The door to the thread that examines files.
 * Enters: name and bytes. Leaves: a report, or `undefined` with the reason why there is none.
 *
 * FP1. One file at a time, QUEUE_MAX waiting, QUEUED_BYTES_MAX held: beyond them a caller is told to come again.
 * FP2. A file has TIME_MS of wall clock and the thread HEAP_MB of memory; what takes more costs the thread its life, the
 *      file is said to be not examined, and the next one gets a new thread. The server's own thread never waits.
 * FP3. The thread starts with the first file and ends with `close`.
 */
import { Worker } from "node:worker_threads";
import { AppError } from "@cordon/model/error";
import type { FileReport } from "./file-examiner.ts";
import type { Asked, Told } from "./file-worker.ts";

const QUEUE_MAX = 64;
const QUEUED_BYTES_MAX = 256 * 2 ** 20;
/** YARA has 10 s of its own per scan; compiling a large set of rules takes a few more. */
const TIME_MS = 45_000;
const START_MS = 60_000;
const HEAP_MB = 1_024;

export interface PoolAnswer {
  readonly report?: FileReport;
  /** Why there is no report. */
  readonly reason?: string;
}

export interface FilePool {
  examine(name: string, bytes: Uint8Array): Promise<PoolAnswer>;
  /** As the thread said last; zero before the first file. */
  state(): { readonly rules: number; readonly remarks: readonly string[]; readonly waiting: number };
  close(): Promise<void>;
}

export interface PoolOptions {
  readonly paths: readonly string[];
  /** Bytes of a learnt model, where there is one now; another array is another model. */
  readonly model?: () => Uint8Array | undefined;
  readonly timeMs?: number;
  readonly heapMb?: number;
}

interface Job {
  readonly asked: Asked;
  readonly done: (answer: PoolAnswer) => void;
}

interface Thread {
  readonly worker: Worker;
  ready: boolean;
  /** What it judges with. */
  model: Uint8Array | undefined;
}

interface Self {
  readonly options: PoolOptions;
  readonly waiting: Job[];
  bytes: number;
  thread: Thread | undefined;
  running: Job | undefined;
  timer: NodeJS.Timeout | undefined;
  rules: number;
  remarks: readonly string[];
  closed: boolean;
}

export function makeFilePool(options: PoolOptions): FilePool {
  const self: Self = {
    ...{ options, waiting: [], bytes: 0, thread: undefined, running: undefined, timer: undefined },
    ...{ rules: 0, remarks: [], closed: false },
  };
  let id = 0;
  return {
    async examine(name, bytes) {
      if (self.closed) throw new AppError("unavailable", "the examiner of files is closed");
      if (self.waiting.length >= QUEUE_MAX || self.bytes + bytes.length > QUEUED_BYTES_MAX)
        throw new AppError("unavailable", `${self.waiting.length} files wait to be examined`, { retry: "later" });
      id += 1;
      // A copy of exactly these bytes: what crosses over is given away. (A Buffer's own `slice` would be no copy.)
      const asked: Asked = { id, name, bytes: new Uint8Array(bytes) };
      self.bytes += bytes.length;
      return new Promise((resolve) => {
        self.waiting.push({ asked, done: resolve });
        next(self);
      });
    },
    state: () => ({ rules: self.rules, remarks: self.remarks, waiting: self.waiting.length }),
    async close() {
      self.closed = true;
      for (const job of self.waiting.splice(0)) job.done({ reason: "Cordon is stopping" });
      const { thread } = self;
      end(self, "Cordon is stopping");
      await thread?.worker.terminate();
    },
  };
}

function next(self: Self): void {
  if (self.running !== undefined) return;
  const job = self.waiting.shift();
  if (job === undefined) return;
  self.thread ??= start(self);
  self.running = job;
  const { timeMs = TIME_MS } = self.options;
  const given = self.thread.ready ? timeMs : timeMs + START_MS;
  self.timer = setTimeout(() => stopThread(self, `not examined within ${given / 1_000} s`), given);
  self.bytes -= job.asked.bytes.length;
  const model = self.options.model?.();
  const another = model !== self.thread.model;
  self.thread.model = model;
  // The model is copied over: the next thread needs it, too.
  const asked: Asked = another && model !== undefined ? { ...job.asked, model } : job.asked;
  self.thread.worker.postMessage(asked, [job.asked.bytes.buffer as ArrayBuffer]);
}

function start(self: Self): Thread {
  const worker = new Worker(new URL("./file-worker.ts", import.meta.url), {
    workerData: { paths: self.options.paths },
    resourceLimits: { maxOldGenerationSizeMb: self.options.heapMb ?? HEAP_MB },
    // Nothing of the server's is in reach of it but files; it needs no secrets.
    env: {},
  });
  worker.unref();
  const thread: Thread = { worker, ready: false, model: undefined };
  const current = (): boolean => self.thread === thread;
  worker.on("message", (told: Told) => current() && heard(self, thread, told));
  worker.on("error", (error: Error) => current() && stopThread(self, `the examiner failed: ${error.message}`));
  worker.on("exit", () => current() && stopThread(self, "the examiner ended"));
  return thread;
}

function heard(self: Self, thread: Thread, told: Told): void {
  if (told.kind === "ready") {
    thread.ready = true;
    self.rules = told.rules;
    self.remarks = told.remarks;
    return;
  }
  if (told.id !== self.running?.asked.id) return;
  end(self, told.kind === "report" ? told.report : told.reason);
}

/** FP2 */
function stopThread(self: Self, reason: string): void {
  const { thread } = self;
  self.thread = undefined;
  void thread?.worker.terminate();
  end(self, reason);
}

function end(self: Self, outcome: FileReport | string): void {
  clearTimeout(self.timer);
  const { running } = self;
  self.running = undefined;
  running?.done(typeof outcome === "string" ? { reason: outcome } : { report: outcome });
  if (!self.closed) next(self);
}
