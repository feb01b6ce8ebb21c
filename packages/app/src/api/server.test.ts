/** Pages of the console, with the console built and without. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../config.ts";
import { type Embedded, openEmbedded } from "../wiring/embedded.ts";
import { makeServer } from "./server.ts";

const root = mkdtempSync(join(tmpdir(), "cordon-pages-"));
const built = join(root, "built");
const late = join(root, "late");
let embedded: Embedded;

beforeAll(async () => {
  for (const folder of [built, late]) mkdirSync(folder);
  writeFileSync(join(built, "index.html"), "<!doctype html><title>console</title>");
  const rules = { paths: [], shipped: false };
  const options = { demo: false, durable: true, rules, simulateOnly: false, log: () => undefined };
  embedded = await openEmbedded(loadConfig({ data: join(root, "data") }, {}), options);
}, 60_000);
afterAll(async () => {
  await embedded.close();
  rmSync(root, { recursive: true, force: true });
});

describe("a page of the console", () => {
  it.each([
    ["the console", () => built, 200, "text/html"],
    ["no console", () => undefined, 404, "application/problem+json"],
    ["a console that was built after the start", () => late, 404, "application/problem+json"],
  ])("with %s", async (_, folder, status, type) => {
    const app = await makeServer(embedded.instance, folder());
    writeFileSync(join(late, "index.html"), "<!doctype html><title>too late</title>");
    const headers = { host: "127.0.0.1" };
    const answer = await app.inject({ method: "GET", url: "/incidents/some-page", headers });
    await app.close();
    rmSync(join(late, "index.html"));
    expect([answer.statusCode, String(answer.headers["content-type"]).split(";")[0]]).toEqual([status, type]);
  });
});
