/** Starts a real Cordon process for tests, waits until it answers, and ends exactly that process. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..");
const MAIN = join(ROOT, "packages/app/src/main.ts");
const START_MS = 60_000;

export interface RunningServer {
  readonly url: string;
  readonly token: string;
  readonly child: ChildProcess;
  /** One-time sign-in link. */
  readonly link: string;
  /** Everything it wrote to stderr so far. */
  errors(): string;
  call(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly json: Record<string, unknown> }>;
  /** kill -9 and wait until the process is gone. */
  kill(): Promise<void>;
  /** In good order. */
  stop(): Promise<number | null>;
}

export interface ServerOptions {
  readonly data: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const args = [MAIN, "up", "--json", "--data", options.data, "--listen", "127.0.0.1:0", ...(options.args ?? [])];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (bytes: Buffer) => {
    errors += bytes.toString();
  });
  const up = await firstLine(child, () => errors);
  const dataFolder = String(up.data);
  const { url, token } = JSON.parse(readFileSync(join(dataFolder, "server.json"), "utf8")) as {
    url: string;
    token: string;
  };
  const gone = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  return {
    url,
    token,
    child,
    link: String(up.link),
    errors: () => errors,
    async call(method, path, body) {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
    },
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
    async stop() {
      child.kill("SIGTERM");
      return gone;
    },
  };
}

function firstLine(child: ChildProcess, errors: () => string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(() => reject(new Error(`not up after ${START_MS} ms: ${errors()}`)), START_MS);
    const ended = (code: number | null): void => reject(new Error(`ended with ${code} before it was up: ${errors()}`));
    const read = (bytes: Buffer): void => {
      text += bytes.toString();
      const line = text.split("\n").find((each) => each.includes('"kind":"up"'));
      if (line === undefined) return;
      clearTimeout(timer);
      child.off("exit", ended);
      child.stdout?.off("data", read).resume(); // what it says later must not fill the pipe
      resolve(JSON.parse(line) as Record<string, unknown>);
    };
    child.once("exit", ended);
    child.stdout?.on("data", read);
  });
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs one command to its end. */
export function cordon(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return watched(args, env, () => {});
}

/** The same, and the most memory it held, in MiB (Linux; 0 elsewhere). */
export async function cordonWithMemory(args: readonly string[]): Promise<Ended & { readonly memoryMiB: number }> {
  let memoryMiB = 0;
  let timer: NodeJS.Timeout | undefined;
  const ended = await watched(args, {}, (child) => {
    timer = setInterval(() => {
      memoryMiB = Math.max(memoryMiB, memoryOf(child.pid));
    }, 50);
  });
  clearInterval(timer);
  return { ...ended, memoryMiB };
}

/** High-water mark of resident memory of a process, in MiB; 0 where the system does not tell. */
export function memoryOf(pid: number | undefined): number {
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(line?.[1] ?? 0) / 1024;
  } catch {
    return 0; // gone, or not Linux
  }
}

function watched(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  started: (child: ChildProcess) => void,
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    started(child);
    child.stdout.setEncoding("utf8");
    child.stderr.setEncoding("utf8");
    let out = "";
    let err = "";
    child.stdout.on("data", (text: string) => {
      out += text;
    });
    child.stderr.on("data", (text: string) => {
      err += text;
    });
    child.once("close", (code) => resolve({ code, out, err }));
  });
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
