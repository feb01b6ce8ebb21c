/** Commands on a data folder without a running server: the same routes, called in-process; nothing listens. */
import { makeStop } from "@cordon/adapters/runtime";
import { DAY } from "@cordon/model/time";
import { makeServer } from "../api/server.ts";
import { safeText } from "../cli/terminal.ts";
import type { Config } from "../config.ts";
import { environment } from "../environment.ts";
import { type Embedded, openEmbedded } from "./embedded.ts";

/** Longer than any command runs; a command that is killed leaves no key behind for good. */
const KEY_LIFE_MS = DAY;

export interface LocalRequest {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly body?: string;
}

export interface Local {
  /** Token of the person at this shell. */
  readonly token: string;
  send(request: LocalRequest): Promise<{ readonly status: number; readonly text: string }>;
  close(): Promise<void>;
}

export async function openLocal(config: Config): Promise<Local> {
  const embedded = await openEmbedded(config, {
    demo: false,
    durable: true,
    rules: { paths: [], shipped: true },
    simulateOnly: false,
    log: (level, message) => {
      if (level === "error") process.stderr.write(`${message.split("\n").map(safeText).join("\n")}\n`);
    },
  });
  const app = await makeServer(embedded.instance, undefined);
  const close = (): Promise<void> => app.close().then(() => embedded.close());
  try {
    return await localOver(embedded, app, close);
  } catch (error) {
    // Else the command says what is wrong and never ends: timers, workers and files are still open.
    await close().catch(() => undefined);
    throw error;
  }
}

type App = Awaited<ReturnType<typeof makeServer>>;

async function localOver(embedded: Embedded, app: App, close: () => Promise<void>): Promise<Local> {
  const { instance } = embedded;
  const stop = makeStop();
  const key = await instance.keys.create({
    name: `${environment("USER") ?? "shell"}@local`,
    role: "admin",
    expiresAt: instance.runtime.now() + KEY_LIFE_MS,
  });
  // What an ended server left in the spool is detected first, so that a search sees everything that was acknowledged.
  await embedded.stream.drain(stop);
  return {
    token: key.secret,
    async send({ method, path, token, body }) {
      const answer = await app.inject({
        method: method as "GET",
        url: path,
        headers: {
          host: "localhost",
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { payload: body }),
      });
      if (method !== "GET" && answer.statusCode < 400) await embedded.cases.drain(stop);
      return { status: answer.statusCode, text: answer.body };
    },
    async close() {
      await instance.keys.revoke(key.id);
      await close();
    },
  };
}
