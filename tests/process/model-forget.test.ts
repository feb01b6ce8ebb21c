/**
 * Forgetting a confirmed incident, across kill -9: a real process learns twelve days of logons, finds an account on a machine where it never
 * was, a person closes that as a true positive, and the process is killed before, or just after, behaviour forgot. Its twin is not killed.
 * Afterwards both say the same of the same logons: what was confirmed is odd again, what was usual stays usual.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type RunningServer, sleep, startServer } from "../server.ts";
import { until } from "./model-loop-world.ts";

const folder = mkdtempSync(join(tmpdir(), "cordon-forget-"));
const servers: RunningServer[] = [];
afterAll(async () => {
  for (const server of servers) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = Date.UTC(2026, 0, 5);
const DAYS = 12;
const PEOPLE = 30;
/** Forgetting looks every five seconds. */
const LOOKS_MS = 12_000;

let records = 0;
function logon(at: number, user: string, host: string, ip = "10.1.0.9"): string {
  records += 1;
  return JSON.stringify({
    Event: {
      System: {
        Provider: { "#attributes": { Name: "Microsoft-Windows-Security-Auditing" } },
        EventID: 4624,
        TimeCreated: { "#attributes": { SystemTime: new Date(at).toISOString() } },
        EventRecordID: records,
        Channel: "Security",
        Computer: `${host}.corp.example`,
      },
      EventData: {
        ...{ TargetUserName: user, TargetDomainName: "CORP", LogonType: 3, IpAddress: ip, IpPort: "50123" },
        ...{ TargetUserSid: `S-1-5-21-1-2-3-${1_000 + user.length}`, LogonProcessName: "NtLmSsp" },
      },
    },
  });
}

const BEFORE = Array.from({ length: DAYS }, (_, day) =>
  Array.from({ length: PEOPLE }, (_each, person) =>
    ["files01", "print01"].map((host, k) =>
      logon(START + day * DAY_MS + 9 * HOUR_MS + person * 60_000 + k, person === 0 ? "anna" : `user${person}`, host),
    ),
  ).flat(),
);
const ATTACK_AT = START + DAYS * DAY_MS + 10 * HOUR_MS;
const ATTACK = [0, 1, 2].map((i) => logon(ATTACK_AT + i * HOUR_MS, "anna", "dc01", "10.1.0.66"));
const AGAIN_AT = ATTACK_AT + 2 * DAY_MS;
const AGAIN = [
  logon(AGAIN_AT, "anna", "dc01", "10.1.0.66"),
  logon(AGAIN_AT + 1, "anna", "files01"),
  logon(AGAIN_AT + 2, "user1", "files01"),
];

interface Found {
  readonly rule: { readonly id: string };
  readonly entities: readonly { readonly kind: string; readonly value: string }[];
  readonly time: number;
}

async function detections(server: RunningServer): Promise<readonly Found[]> {
  const { json } = await server.call("GET", "/detections?limit=500");
  return json.items as Found[];
}

/** Rule and entities, of what happened from `from` on. */
const told = (found: readonly Found[], from: number): readonly string[] =>
  found
    .filter(({ time }) => time >= from)
    .map(
      ({ rule, entities }) =>
        `${rule.id} ${entities
          .map(({ kind, value }) => `${kind}:${value}`)
          .sort()
          .join(" ")}`,
    )
    .sort();

type Kill = "never" | "at once" | "after it forgot";

/** Plays the story; leaves what is said of the last logons. */
async function played(kill: Kill): Promise<readonly string[]> {
  const data = join(folder, kill.replaceAll(" ", "-"), "data");
  mkdirSync(data, { recursive: true });
  const config = join(folder, "cordon.yml");
  writeFileSync(config, "rules: { shipped: false, watch: false }\ncontent: { enabled: false }\n");
  let said = "";
  const start = async (): Promise<RunningServer> => {
    const server = await startServer({ data, args: ["--config", config] });
    servers.push(server);
    server.child.stdout?.on("data", (bytes: Buffer) => {
      said += bytes.toString();
    });
    return server;
  };
  let server = await start();
  for (const day of BEFORE) expect((await server.call("POST", "/ingest/dc", day.join("\n"))).status).toBe(200);
  await server.call("POST", "/ingest/dc", ATTACK.join("\n"));
  const id = await until("the incident of anna on dc01", async () => {
    const { json } = await server.call("GET", "/incidents?limit=100");
    return (json.items as { id: string; hosts: string[] }[]).find(({ hosts }) => hosts.includes("dc01"))?.id;
  });
  const closed = await server.call("POST", `/incidents/${id}/close`, { verdict: "true-positive", note: "stolen" });
  expect(closed.status).toBe(200);
  if (kill === "at once") await server.kill();
  else await until("forgetting", async () => (said.includes(`confirmed incident ${id}`) ? true : undefined));
  if (kill === "after it forgot") await server.kill();
  if (kill !== "never") server = await start();
  // Whatever was not durable yet is done again meanwhile; what was, is not.
  await sleep(LOOKS_MS);
  await server.call("POST", "/ingest/dc", AGAIN.join("\n"));
  return until("what is said of the last logons", async () => {
    const found = told(await detections(server), AGAIN_AT);
    return found.some((text) => text.startsWith("behaviour:new-host")) ? found : undefined;
  });
}

describe("forgetting what was confirmed", () => {
  it("is the same whether or not the process is killed in between", { timeout: 400_000 }, async () => {
    const unkilled = await played("never");
    expect(unkilled.filter((text) => text.startsWith("behaviour:new-host"))).toEqual([
      expect.stringMatching(/host:dc01.*user:.*anna/),
    ]);
    expect(unkilled.join()).not.toContain("files01");
    expect(await played("at once")).toEqual(unkilled);
    expect(await played("after it forgot")).toEqual(unkilled);
  });
});
