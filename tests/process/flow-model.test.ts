/**
 * Labelled connections of several sensors -> `content train flows` -> `scan` of each sensor's logs, and a running Cordon that takes
 * the model up while connections come in, keeps it when a damaged file is put in its place, and says why.
 */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { WRITERS } from "@cordon/testkit/content/flow-writers";
import { ATTACKS, type MadeFlow, madeFlows } from "@cordon/testkit/content/flows";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cordon, type RunningServer, startServer } from "../server.ts";
import { jsonLines } from "../story.ts";
import { until } from "./model-loop-world.ts";

const LONG_MS = 240_000;
const folder = mkdtempSync(join(tmpdir(), "cordon-flow-model-"));
const at = (name: string): string => join(folder, name);
const [model, config, data] = [at("own.model"), at("cordon.yml"), at("labelled")];

const office = (net: number): readonly MadeFlow[] =>
  madeFlows({
    ...{ seed: net, net, hours: 1, hosts: 8, attacks: [...ATTACKS] },
    start: Date.UTC(2026, 4, 4, 8) + net * 86_400_000,
  });
type Sensor = keyof typeof WRITERS;
const lines = (flows: readonly MadeFlow[], sensor: Sensor, label: boolean): string =>
  flows.map((flow) => `${JSON.stringify(WRITERS[sensor](flow, label))}\n`).join("");

/** As IoT-23 publishes it: label columns joined to the last one by spaces. */
function labelledConn(flows: readonly MadeFlow[]): string {
  const columns =
    "ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes";
  const types = "time string addr port addr port enum string interval count count string count count count count";
  const tab = (text: string): string => text.split(" ").join("\t");
  const head = [
    ...["#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-", "#path\tconn"],
    `#fields\t${tab(columns)}\ttunnel_parents   label   detailed-label`,
    `#types\t${tab(types)}\tset[string]   string   string`,
  ];
  const rows = flows.map((flow) => {
    const zeek = WRITERS.zeek(flow, false);
    const values = columns.split(" ").map((name) => String(zeek[name] ?? "-"));
    return [...values, flow.kind === "" ? "-   benign   -" : `(empty)   Malicious   ${flow.kind}`].join("\t");
  });
  return `${[...head, ...rows].join("\n")}\n`;
}

const train = (...more: readonly string[]) =>
  cordon(["content", "train", "flows", "--data", data, "--to", model, "--json", ...more]);

beforeAll(() => {
  mkdirSync(data);
  writeFileSync(join(data, "conn.log.labeled"), labelledConn(office(1)));
  for (const [name, net, sensor] of [
    ["zeek.json", 2, "zeek"],
    ["eve.json", 3, "suricata"],
    ["vpc.json", 4, "vpc"],
    ["ocsf.json", 5, "ocsf"],
  ] as const)
    writeFileSync(join(data, name), lines(office(net), sensor, true));
  writeFileSync(join(data, "notes.json"), '{"note":"no connection at all"}\n');
  const off = { rules: { shipped: false, watch: false }, behaviour: { enabled: false } };
  writeFileSync(at("unlabelled.json"), lines(office(6), "zeek", false));
  writeFileSync(
    at("noise.bin"),
    Uint8Array.from({ length: 5_000 }, (_, byte) => (byte * 7919) % 251),
  );
  writeFileSync(at("cut.json.gz"), gzipSync(lines(office(2), "zeek", true)).subarray(0, 60));
  // JSON is YAML.
  writeFileSync(config, JSON.stringify({ ...off, content: { flows: "own.model" } }));
});
let server: RunningServer | undefined;
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const familiesIn = (found: readonly Record<string, unknown>[]): readonly string[] =>
  [...new Set(found.flatMap((line) => JSON.stringify(line).match(/content:flow-[a-z0-9-]+/g) ?? []))].toSorted();

describe("cordon content train flows", () => {
  it(
    "makes a model from labelled logs of five sensors, with figures and a card, the same each time",
    async () => {
      const trained = await train();
      // A file without connections is named, and the rest is learnt.
      expect(trained.code, trained.err).toBe(3);
      const told = jsonLines(trained.out);
      expect(told.filter(({ kind }) => kind === "unread")).toMatchObject([
        { where: "labelled/notes.json", reason: "1 records, and no connection with counts of bytes or packets" },
      ]);
      const last = told.at(-1);
      expect(last).toMatchObject({ kind: "trained", file: model, unread: 1 });
      expect(Object.keys(last?.by as object).toSorted()).toEqual(["benign", ...ATTACKS].toSorted());
      const metrics = last?.metrics as Record<string, number> | undefined;
      expect(metrics?.auroc).toBeGreaterThan(0.95);
      const card = readFileSync(`${model}.card.md`, "utf8");
      expect(card).toContain(String(last?.id));
      expect(card).toContain("No address, name, identifier, user or absolute time");
      expect(card).toContain("aws.vpcflow, ocsf.network, suricata.eve/flow, zeek/conn");
      expect(readFileSync(model).toString("latin1")).not.toContain(folder);
      expect(jsonLines((await train()).out).at(-1)?.id).toBe(last?.id);
    },
    LONG_MS,
  );

  it.each<[Sensor, readonly string[]]>([
    ["zeek", ["content:flow-brute-force", "content:flow-scan"]],
    ["suricata", ["content:flow-brute-force", "content:flow-scan"]],
    ["ocsf", ["content:flow-brute-force"]],
    ["vpc", ["content:flow-brute-force"]],
  ])(
    "finds attacks of an office it never saw in logs of %s",
    async (sensor, families) => {
      const log = at(`${sensor}.log.json`);
      writeFileSync(log, lines(office(9), sensor, false));
      const seen = await cordon(["scan", "--config", config, "--detections", "--json", log]);
      expect(seen.code, seen.err).toBe(0);
      const found = jsonLines(seen.out).filter((line) => line.kind === "detection");
      expect(familiesIn(found)).toEqual(expect.arrayContaining([...families]));
      const truth = new Set(office(9).flatMap(({ kind, source }) => (kind === "" ? [] : [source])));
      const wrong = found.filter((line) => ![...truth].some((source) => JSON.stringify(line).includes(source)));
      expect(wrong.length).toBeLessThanOrEqual(1);
    },
    LONG_MS,
  );

  it.each([
    ["no data", [], 2, /learnt from labelled ones alone, none come with Cordon/],
    ["data that is not there", ["--data", at("none")], 2, /none: no such file or folder/],
    [
      "no labels",
      ["--data", at("unlabelled.json")],
      4,
      /unlabelled\.json: \d+ connections, none with a label that is understood/,
    ],
    [
      "a column that is none of labels",
      ["--data", data, "--label", "uid"],
      2,
      /different kinds of attack, at most 200/,
    ],
    ["no flows at all", ["--data", at("noise.bin")], 4, /noise\.bin: binary content in no format that is known/],
    ["an archive cut short", ["--data", at("cut.json.gz")], 4, /cut\.json\.gz: gzip data is damaged or cut off/],
    ["a split nobody knows", ["--data", data, "--split", "chance"], 2, /source, file, time are known/],
    ["a budget that is none", ["--data", data, "--budget", "2"], 2, /a share of benign connections/],
  ])(
    "says what is wrong: %s",
    async (_, args, code, message) => {
      const ended = await cordon(["content", "train", "flows", ...args, "--to", at("x.model")]);
      expect(ended.err).toMatch(message);
      expect(ended.code).toBe(code);
    },
    LONG_MS,
  );

  it(
    "learns from labels that stand beside the logs; one that cannot be read stops it",
    async () => {
      const log = at("plain.json");
      const flows = office(2);
      writeFileSync(log, lines(flows, "zeek", false));
      const runs = ATTACKS.flatMap((kind) => {
        const own = flows.filter((flow) => flow.kind === kind);
        const [from, to] = [own[0], own.at(-1)];
        if (from === undefined || to === undefined) return [];
        const who = kind === "dos" ? `,${from.destination}` : `${from.source},${from.destination}`;
        const side = kind === "host-scan" || kind === "port-scan" ? `${from.source},` : who;
        return [`${new Date(from.time).toISOString()},${new Date(to.time).toISOString()},${side},${kind}`];
      });
      const labels = at("periods.csv");
      writeFileSync(labels, `start,end,source,destination,label\n${runs.join("\n")}\n`);
      const args = ["content", "train", "flows", "--data", log, "--labels", labels, "--to", at("y.model"), "--json"];
      const trained = await cordon(args);
      expect(trained.code, trained.err).toBe(0);
      const last = jsonLines(trained.out).at(-1) as { readonly bad: number };
      const attacks = flows.filter(({ kind }) => kind !== "").length;
      expect(last.bad / attacks).toBeGreaterThan(0.9);
      writeFileSync(labels, "start,end,source\nyesterday,today,10.0.0.5\n");
      const refused = await cordon(args);
      expect(refused.code).toBe(2);
      expect(refused.err).toMatch(/periods\.csv: row \d: start and end are no period/);
    },
    LONG_MS,
  );
});

/** As `train` does. */
function put(path: string, bytes: Uint8Array): void {
  writeFileSync(`${path}.part`, bytes);
  renameSync(`${path}.part`, path);
}

describe("a model of connections while Cordon runs", () => {
  it(
    "is taken up without a restart and without losing an event; a damaged one leaves it judging and says why",
    async () => {
      const bytes = readFileSync(model);
      rmSync(model);
      const running = await startServer({ data: at("data"), args: ["--config", config] });
      server = running;
      let pushed = 0;
      const push = async (net: number, kinds: readonly string[]): Promise<void> => {
        const flows = office(net).filter(({ kind }) => kind === "" || kinds.includes(kind));
        for (let from = 0; from < flows.length; from += 500) {
          const part = flows.slice(from, from + 500);
          pushed += part.length;
          expect((await running.call("POST", "/ingest/zeek", lines(part, "zeek", false))).status).toBe(200);
        }
      };
      const status = async () => (await running.call("GET", "/status")).json;
      const problem = async (): Promise<string | undefined> =>
        ((await status()).problems as { code: string; message: string }[]).find(({ code }) => code === "content-flows")
          ?.message;
      const families = async (): Promise<readonly string[]> =>
        familiesIn((await running.call("GET", "/detections?limit=500")).json.items as Record<string, unknown>[]);
      const found = (family: string) =>
        until(family, async () => ((await families()).includes(`content:flow-${family}`) ? true : undefined));

      expect(await problem()).toMatch(/own\.model: .*ENOENT.*; connections are not judged/);
      const first = push(10, []);
      put(model, bytes);
      await first;
      await until("no problem", async () => ((await problem()) === undefined ? true : undefined));
      await push(11, ["ssh-brute-force"]);
      await found("brute-force");

      writeFileSync(model, bytes.subarray(0, bytes.length - 100));
      expect(await until("the problem", problem)).toMatch(
        /own\.model: the checksum .* does not hold.*; model [0-9a-f]{12} goes on/,
      );
      await push(12, ["exfiltration"]);
      await found("exfiltration");
      put(model, bytes);
      await until("no problem", async () => ((await problem()) === undefined ? true : undefined));
      const events = async () => ((await running.call("GET", "/status")).json.events as { total: number }).total;
      expect(await until("all events", async () => ((await events()) >= pushed ? events() : undefined))).toBe(pushed);
    },
    LONG_MS,
  );
});
