import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeRuntime } from "@cordon/adapters/runtime";
import { readFlow } from "@cordon/engine/learning/flow/flow";
import { type LabelledFlow, trainFlows } from "@cordon/engine/learning/flow/flow-training";
import { flowVector } from "@cordon/engine/learning/flow/flow-vector";
import { makeFlowWindow } from "@cordon/engine/learning/flow/flow-window";
import { flowsToContent } from "@cordon/engine/learning/model-file/flow-file";
import { readModel, writeModel } from "@cordon/engine/learning/model-file/model-file";
import type { Event } from "@cordon/model/event";
import { eventId } from "@cordon/model/ids";
import type { JsonObject } from "@cordon/model/json";
import { instant } from "@cordon/model/time";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Config, loadConfig } from "../config.ts";
import { makeMeters } from "../meters.ts";
import { CONTENT } from "./content.ts";
import { openContent } from "./content-way.ts";

const runtime = makeRuntime();
const hash = (bytes: Uint8Array) => runtime.sha256(bytes);
const shipped = (name: string): Uint8Array => readFileSync(join(CONTENT, "models", name));

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cordon-content-way-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function opened(content: Partial<Config["content"]>, behaviour = true) {
  const whole = loadConfig({});
  const meters = makeMeters(instant(0));
  const said: string[] = [];
  const config = {
    ...whole,
    behaviour: { ...whole.behaviour, enabled: behaviour },
    content: { ...whole.content, ...content },
  };
  const log = (level: "warn" | "info", message: string): void => void said.push(`${level} ${message}`);
  const found = openContent({ config, runtime, views: new Map(), meters, log });
  if (found === undefined) throw new Error("content is off");
  return { ...found, said, problem: (kind: string) => meters.problems.get(`content-${kind}`)?.message };
}

/** As `train` does. */
function put(path: string, bytes: Uint8Array): void {
  writeFileSync(`${path}.part`, bytes);
  renameSync(`${path}.part`, path);
}

let made = 0;
const request = (client: string): Event => {
  made += 1;
  return {
    ...{ id: eventId(`e-${made}`), time: instant(made), receivedAt: instant(made), source: "web", shape: "web" },
    ...{ log: { categories: ["webserver"] }, class: 4002, activity: 3, severity: 1 },
    raw: { "cs-uri-stem": "/a", "cs-uri-query": "id=1' UNION SELECT password FROM users--" },
    entities: [{ kind: "ip", role: "src", value: client }],
    provenance: { input: "access.log", position: made },
  } as unknown as Event;
};

/** One that calls nothing an attack: the shipped one with every weight at nothing. */
function blind(): Uint8Array {
  const file = readModel(shipped("web-payloads.model"), hash);
  const arrays = Object.fromEntries(Object.entries(file.arrays).map(([name, array]) => [name, array.slice().fill(0)]));
  return writeModel({ kind: file.kind, about: file.about, arrays }, hash).bytes;
}

describe("models of content while Cordon runs", () => {
  it("CO1. of requests: a new one judges from the next batch on, a damaged one leaves it, and what was said is not said again", () => {
    const path = join(folder, "web.model");
    copyFileSync(join(CONTENT, "models", "web-payloads.model"), path);
    const { way, look, problem, said } = opened({ web: path });
    expect(way.detect([request("192.0.2.1")])).toHaveLength(1);
    put(path, blind());
    expect(way.detect([request("192.0.2.2")])).toHaveLength(1);
    look();
    expect(said.at(-1)).toMatch(/judges requests from now on, before: /);
    expect(way.detect([request("192.0.2.3")])).toEqual([]);
    put(path, shipped("web-payloads.model").subarray(0, 9_000));
    look();
    expect(problem("web")).toMatch(/web\.model: the checksum .* does not hold.*; model [0-9a-f]{12} goes on$/);
    expect(way.detect([request("192.0.2.4")])).toEqual([]);
    put(path, shipped("web-payloads.model"));
    look();
    expect(problem("web")).toBeUndefined();
    expect(way.detect([request("192.0.2.5"), request("192.0.2.1")])).toHaveLength(1);
  });

  it("CO1. of names: whoever judges them always has the one in force", () => {
    const path = join(folder, "names.model");
    copyFileSync(join(CONTENT, "models", "generated-names.model"), path);
    const { domains, look } = opened({ domains: path });
    const before = domains.heads;
    const file = readModel(shipped("generated-names.model"), hash);
    put(path, writeModel({ ...file, about: { ...file.about, facts: { version: 2 } } }, hash).bytes);
    look();
    expect(domains.heads).not.toBe(before);
    expect(domains.heads.names).toEqual(before.names);
    put(path, new TextEncoder().encode("no model"));
    const held = domains.heads;
    look();
    expect(domains.heads).toBe(held);
  });

  it.each(["web", "domains"] as const)(
    "CO2. the shipped one judges where an own one of %s cannot be used from the start",
    (kind) => {
      const { way, problem } = opened({ [kind]: join(folder, "none.model") }, false);
      expect(problem(kind)).toMatch(/none\.model: ENOENT.*; the shipped model judges/);
      expect(way.detect([request("192.0.2.1")])).toHaveLength(1);
    },
  );

  it.each([
    ["urls", "addresses are not judged"],
    ["flows", "connections are not judged"],
  ] as const)("CO2. a model of another kind is none of %s", (kind, without) => {
    const path = join(folder, "x.model");
    copyFileSync(join(CONTENT, "models", "web-payloads.model"), path);
    const { way, problem } = opened({ [kind]: path });
    expect(problem(kind)).toMatch(new RegExp(`model where .* is needed.*; ${without}$`));
    expect(way.detect([request("192.0.2.1")])).toHaveLength(1);
  });
});

describe("a model of flows that does not know this network", () => {
  it("says so among the problems, with what lies beyond, until connections are like those it learnt", () => {
    const path = join(folder, "flows.model");
    const flow = (at: number, bad: boolean, more: JsonObject = {}): Event =>
      ({
        ...{
          id: eventId(`f-${at}`),
          time: instant(at * 1_000),
          receivedAt: instant(0),
          source: "zeek",
          shape: "zeek/conn",
        },
        ...{ log: { categories: ["firewall"] }, class: 4001, activity: 6, severity: 1, entities: [] },
        raw: {
          ...{
            src_ip: `10.0.0.${at % 9}`,
            dst_ip: `10.0.1.${at % 7}`,
            dst_port: 443,
            proto: "tcp",
            duration: 1 + (at % 5),
          },
          ...{
            bytes_out: bad ? 9_000_000 + at : 500 + (at % 300),
            bytes_in: 700 + (at % 50),
            pkts_sent: 5,
            pkts_received: 4,
          },
          ...more,
        },
        provenance: { input: "conn.log", position: at },
      }) as unknown as Event;
    const window = makeFlowWindow();
    const rows = Array.from({ length: 400 }, (_, at): LabelledFlow => {
      const bad = at % 4 === 0;
      const read = readFlow(flow(at, bad));
      if (read === undefined) throw new Error("no flow");
      const own = { kind: bad ? "exfiltration" : "", file: "a", source: `${at % 9}`, destination: "x", where: `${at}` };
      return { values: flowVector(read, window), bad, ...own };
    });
    const { model } = trainFlows(rows, { seed: 1, budget: 0.01, split: undefined, progress: () => undefined });
    writeFileSync(path, writeModel(flowsToContent(model, {}), hash).bytes);
    const { way, look, problem } = opened({ flows: path });
    const pass = (from: number, more: JsonObject): void => {
      for (let at = from; at < from + 2_000; at += 1) way.detect([flow(at, false, more)]);
      look();
    };
    pass(1_000, {});
    expect(problem("flows-beyond")).toBeUndefined();
    pass(4_000, { bytes_out: 4e9 });
    expect(problem("flows-beyond")).toMatch(
      /^\d\d % of the latest \d+ connections lie beyond .*bytes out 4 GB.*learnt up to bytes out 9 MB\): it does not know this network$/,
    );
    pass(8_000, {});
    pass(11_000, {});
    expect(problem("flows-beyond")).toBeUndefined();
  });
});
