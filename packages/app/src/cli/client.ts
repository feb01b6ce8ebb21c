/**
 * How commands reach Cordon: the running server of the data folder over HTTP, or the folder itself when none runs.
 * Both ways go through the same routes, so a command cannot tell them apart.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ROUTES, type RouteName } from "@cordon/model/api/routes";
import { AppError, messageOf } from "@cordon/model/error";
import { z } from "zod";
import { type Config, demoFolder, loadConfig } from "../config.ts";
import { environment } from "../environment.ts";
import { sayFaultsInOurWords } from "../fault-words.ts";
import type { CommandContext } from "./command.ts";

export interface Client {
  call(route: RouteName, input?: CallInput): Promise<unknown>;
  /** Answers that are not JSON. */
  text(route: RouteName, input?: CallInput): Promise<string>;
  readonly config: Config;
  /** `http://127.0.0.1:8420` of the running server, or undefined when working on the folder itself. */
  readonly server: string | undefined;
  close(): Promise<void>;
}

export interface CallInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  readonly body?: unknown;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}
type Send = (request: { method: string; path: string; token: string; body?: string }) => Promise<Answer>;

/** What a running server leaves in its data folder (mode 0600): where it is and the token of the local shell. */
export const SERVER_FILE = "server.json";
const zServerFile = z.object({ url: z.string(), pid: z.number(), token: z.string() });
const PROBE_MS = 2_000;

export function configOf(context: CommandContext): Config {
  sayFaultsInOurWords();
  const flags = { config: context.text("config"), data: context.text("data"), listen: context.text("listen") };
  return loadConfig(Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined)));
}

/**
 * Runs `use` with a client and always closes it. A folder in which nothing lies is opened for commands that put something
 * there (`begins`); all others say that there is nothing, and leave nothing behind.
 */
export async function withClient<T>(
  context: CommandContext,
  use: (client: Client) => Promise<T>,
  { begins = false }: { readonly begins?: boolean } = {},
): Promise<T> {
  const client = await openClient(configOf(context), { chosen: context.text("data") !== undefined, begins });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

async function openClient(config: Config, { chosen, begins }: { chosen: boolean; begins: boolean }): Promise<Client> {
  const running = (await findServer(config.data)) ?? (chosen ? undefined : await findServer(demoFolder(config.data)));
  if (running !== undefined) {
    const token = environment("CORDON_TOKEN") ?? running.token;
    return clientOver(config, running.url, token, remote(running.url), async () => {});
  }
  if (!begins && !MARKS.some((name) => existsSync(join(config.data, name))))
    throw new AppError("unavailable", `${config.data}: ${emptyWords(config.data)}`, {
      fix: "start with: cordon up; or name the data folder with --data DIR",
    });
  const { openLocal } = await import("../wiring/local.ts");
  const local = await openLocal(config);
  return clientOver(config, undefined, environment("CORDON_TOKEN") ?? local.token, local.send, local.close);
}

/** What a data folder holds since it was opened first, or since rules or indicators were added to it. */
const MARKS = ["state.db", "spool.db", "events", "rules", "intel"];

function emptyWords(folder: string): string {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return "no such folder, so nothing is stored there yet";
  return stat.isDirectory() ? "holds no data of Cordon" : "is no folder";
}

/** The server that holds the data folder, if its file is there and it answers. */
export async function findServer(data: string): Promise<z.infer<typeof zServerFile> | undefined> {
  let text: string;
  try {
    text = readFileSync(join(data, SERVER_FILE), "utf8");
  } catch {
    return undefined; // no file: no server was started here, or it ended in good order
  }
  const parsed = zServerFile.safeParse(jsonOf(text));
  if (!parsed.success) return undefined; // half written by a server that was killed
  try {
    const answer = await fetch(`${parsed.data.url}/api/v1/health`, { signal: AbortSignal.timeout(PROBE_MS) });
    return answer.ok ? parsed.data : undefined;
  } catch {
    return undefined; // the file outlived a server that was killed: the folder is free
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function remote(url: string): Send {
  return async ({ method, path, token, body }) => {
    try {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body }),
      });
      return { status: answer.status, text: await answer.text() };
    } catch (cause) {
      throw new AppError("unavailable", `the server at ${url} went away: ${messageOf(cause)}`, { cause });
    }
  };
}

const zProblemText = z.object({ code: z.string(), detail: z.string(), fix: z.string().optional() });

function clientOver(
  config: Config,
  server: string | undefined,
  token: string,
  send: Send,
  close: () => Promise<void>,
): Client {
  const text = async (route: RouteName, input: CallInput = {}): Promise<string> => {
    const spec = ROUTES[route];
    const path = spec.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(input.params?.[name] ?? ""));
    const answer = await send({
      method: spec.method,
      path: `/api/v1${path}${queryText(input.query)}`,
      token,
      ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
    });
    if (answer.status < 400) return answer.text;
    throw problemError(answer);
  };
  return { config, server, text, close, call: async (route, input) => JSON.parse(await text(route, input)) as unknown };
}

function problemError(answer: Answer): AppError {
  try {
    const problem = zProblemText.parse(JSON.parse(answer.text));
    return new AppError(problem.code, problem.detail, problem.fix === undefined ? {} : { fix: problem.fix });
  } catch {
    return new AppError("unavailable", `the server answered ${answer.status}`);
  }
}

function queryText(query: CallInput["query"]): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue;
    for (const each of Array.isArray(value) ? value : [value]) parameters.append(name, String(each));
  }
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}
