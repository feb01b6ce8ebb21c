/** Containment under kill -9: nothing lost, nothing done twice, counted at the target and not by the worker. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openState } from "@cordon/adapters/storage/state";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

interface Device {
  readonly url: string;
  /** `+name` and `-name` in the order in which the device changed. */
  readonly changes: string[];
  readonly server: Server;
}

/** A device that takes its time: a request of a dead worker may still be on its way. */
const DEVICE_DELAY_MS = 15;

async function makeDevice(): Promise<Device> {
  const effects = new Map<string, string>();
  const changes: string[] = [];
  const server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? "/").slice(1));
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      setTimeout(() => {
        if (request.method === "PUT") {
          effects.set(name, body);
          changes.push(`+${name}`);
        } else if (request.method === "DELETE") {
          effects.delete(name);
          changes.push(`-${name}`);
        }
        const found = effects.get(name);
        response.writeHead(found === undefined ? 404 : 200).end(found ?? "");
      }, DEVICE_DELAY_MS);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, changes, server };
}

let device: Device;
let dir: string;
beforeEach(async () => {
  device = await makeDevice();
  dir = mkdtempSync(join(tmpdir(), "cordon-crash-"));
});
afterEach(() => {
  device.server.closeAllConnections();
  device.server.close();
  rmSync(dir, { recursive: true });
});

interface Ended {
  readonly signal: string | null;
  readonly code: number | null;
  readonly output: string;
}

/** Runs a worker; with `killAfterMs` it is killed that long after it began to work. */
function work(dieAt: string, killAfterMs?: number): Promise<Ended> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "contain-child.ts"), dir, device.url, dieAt], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const hear = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stderr.on("data", hear);
  child.stdout.on("data", hear);
  child.stdout.once("data", () => {
    if (killAfterMs !== undefined) setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  });
  return new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal, output })));
}

async function expectOnce(): Promise<void> {
  const names = [1, 2, 3].map((n) => `block-address|ip:203.0.113.${n}`);
  const state = openState({ dir });
  const rows = await state.ledger.list(100);
  await state.close();
  expect(rows.map((row) => row.state)).toEqual(["reverted", "reverted", "reverted"]);
  for (const name of names)
    expect(device.changes.filter((change) => change.endsWith(name))).toEqual([`+${name}`, `-${name}`]);
}

const STATES = [
  "run-started",
  "action-proposed",
  "authorised",
  "intent",
  "dispatched",
  "verified",
  "revert-asked",
  "reverting",
  "reverted",
];
/** Dying before an append is dying after what came before it; what comes before these are the calls themselves. */
const POINTS = [...STATES.map((state) => `append:${state}:after`), "put:before", "put:after", "remove:after"];

/** A crowded machine makes every process slow; what is counted does not depend on it. */
const TIMEOUT_MS = 180_000;

describe("containment under kill -9", { timeout: TIMEOUT_MS }, () => {
  it.each(POINTS)("killed at %s: one effect, one undo, for each action", async (point) => {
    expect(await work(point)).toMatchObject({ signal: "SIGKILL" });
    expect(await work("never")).toMatchObject({ output: "ready\n", code: 0 });
    await expectOnce();
  });

  it("killed again and again at any moment", async () => {
    // Moments spread over the length of a whole run; primes, so that they do not fall into step with the worker.
    const moments = [3, 23, 61, 109, 167, 233, 313, 401];
    for (const moment of moments) await work("never", moment);
    expect(await work("never")).toMatchObject({ output: "ready\n", code: 0 });
    await expectOnce();
  });
});
