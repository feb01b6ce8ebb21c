/** The whole published corpus, and the events of its regression tests. Skipped, with a reason, where the data is not there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { LogSource } from "@cordon/model/event";
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import type { FieldView } from "@cordon/model/view";
import { describe, expect, it } from "vitest";
import { Matcher } from "./index/matcher.ts";
import { loadRules, type RuleFile, type RuleSet } from "./load-rules.ts";
import { logsourceApplies } from "./logsource.ts";
import { holds } from "./naive.ts";
import { readYaml } from "./read-yaml.ts";

const data = resolve(import.meta.dirname, "../../../../../../../shared/data/sigma");
const missing = !existsSync(data);
if (missing) process.stdout.write(`corpus tests skipped: no ${data}\n`);

const ACTIVE = ["rules", "rules-emerging-threats", "rules-threat-hunting", "rules-compliance"];

function filesOf(folders: readonly string[]): readonly RuleFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(data, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".yml"))
      .sort()
      .map((path) => ({
        path: join(folder, path),
        text: readFileSync(join(data, folder, path), "utf8"),
        source: "sigma",
      })),
  );
}

const loaded: { set?: RuleSet } = {};
function corpus(): RuleSet {
  loaded.set ??= loadRules(filesOf(ACTIVE));
  return loaded.set;
}

interface Regression {
  readonly path: string;
  readonly rule: string;
  readonly count: number | undefined;
  readonly events: readonly JsonObject[];
}

/** One JSON value after another, not one a line. */
function jsonStream(text: string): readonly JsonObject[] {
  const out: JsonObject[] = [];
  let depth = 0;
  let start = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charAt(i);
    if (quoted) {
      if (unit === "\\") i += 1;
      else if (unit === '"') quoted = false;
    } else if (unit === '"') quoted = true;
    else if (unit === "{") {
      if (depth === 0) start = i;
      depth += 1;
    } else if (unit === "}") {
      depth -= 1;
      if (depth === 0) out.push(JSON.parse(text.slice(start, i + 1)));
    }
  }
  return out;
}

function regressions(): readonly Regression[] {
  const folder = join(data, "regression_data");
  const infos = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith("info.yml"));
  return infos.sort().flatMap((path) => {
    const info = readYaml(readFileSync(join(folder, path), "utf8"))[0]?.read() ?? null;
    const rule = textAt(info, ["rule_metadata", 0, "id"]);
    const count = memberAt(info, ["regression_tests_info", 0, "match_count"]);
    const beside = readdirSync(join(folder, path, "..")).filter((name) => /\.json(cls)?$/.test(name));
    // One folder holds the same events twice, as `.json` and `.jsoncls`.
    const events = beside
      .slice(0, 1)
      .flatMap((name) => jsonStream(readFileSync(join(folder, path, "..", name), "utf8")));
    return [{ path, rule, count: typeof count === "number" ? count : undefined, events }];
  });
}

function memberAt(value: Json, steps: readonly (string | number)[]): Json | undefined {
  let at: Json | undefined = value;
  for (const step of steps) {
    if (Array.isArray(at) && typeof step === "number") at = at[step];
    else at = isJsonObject(at) ? at[step] : undefined;
  }
  return at;
}

const textAt = (value: Json, steps: readonly (string | number)[]): string => String(memberAt(value, steps) ?? "");

const SYSTEM = ["Event", "System"];
const VIEW: FieldView = {
  id: "regression",
  roots: [[], ["Event", "EventData"], ["Event", "UserData", "*"], SYSTEM],
  alias: { Provider_Name: [[...SYSTEM, "Provider", "#attributes", "Name"]] },
  derived: Object.fromEntries(
    ["md5", "sha1", "sha256", "Imphash"].map((label) => [label, { kind: "hash-part", from: ["Hashes"], label }]),
  ),
};

const SYSMON: Readonly<Record<number, readonly string[]>> = {
  1: ["process_creation"],
  2: ["file_change"],
  3: ["network_connection"],
  5: ["process_termination"],
  6: ["driver_load"],
  7: ["image_load"],
  8: ["create_remote_thread"],
  9: ["raw_access_thread"],
  10: ["process_access"],
  11: ["file_event"],
  12: ["registry_event", "registry_add", "registry_delete"],
  13: ["registry_event", "registry_set"],
  14: ["registry_event", "registry_rename"],
  15: ["create_stream_hash"],
  17: ["pipe_created"],
  18: ["pipe_created"],
  22: ["dns_query"],
  23: ["file_delete"],
  26: ["file_delete_detected"],
};
const CHANNELS: Readonly<Record<string, string>> = {
  Security: "security",
  System: "system",
  Application: "application",
  "Microsoft-Windows-Windows Defender/Operational": "windefend",
  "Microsoft-Windows-PowerShell/Operational": "powershell",
  "Windows PowerShell": "powershell-classic",
  "Microsoft-Windows-AppXDeploymentServer/Operational": "appxdeployment-server",
  "Microsoft-Windows-CodeIntegrity/Operational": "codeintegrity-operational",
  "Microsoft-Windows-TaskScheduler/Operational": "taskscheduler",
  "Microsoft-Windows-Bits-Client/Operational": "bits-client",
  "Microsoft-Windows-DNS-Client/Operational": "dns-client",
};

/** Enough routing for these files; the product's own comes from its mappings. */
function logOf(raw: JsonObject): LogSource {
  const channel = textAt(raw, [...SYSTEM, "Channel"]);
  const id = Number(textAt(raw, [...SYSTEM, "EventID"])) || Number(textAt(raw, [...SYSTEM, "EventID", "#text"]));
  if (channel === "Microsoft-Windows-Sysmon/Operational") {
    return { product: "windows", service: "sysmon", categories: SYSMON[id] ?? [] };
  }
  const categories =
    channel === "Security" && id === 4688
      ? ["process_creation"]
      : id === 4104
        ? ["ps_script"]
        : id === 4103
          ? ["ps_module"]
          : [];
  const service = CHANNELS[channel];
  return { product: "windows", ...(service === undefined ? {} : { service }), categories };
}

/**
 * Files whose stated count of 1 is a lower bound (upstream's runner fails only on too few): every one of their events
 * fulfils the rule as written, one registry value after the other.
 */
const MORE_THAN_STATED: ReadonlyMap<string, number> = new Map([
  ["rules/windows/registry/registry_set/registry_set_change_security_zones/info.yml", 3],
  ["rules/windows/registry/registry_set/registry_set_disable_administrative_share/info.yml", 2],
]);

describe.skipIf(missing)("the published corpus", () => {
  it("loads: accepted + rejected = offered, and only two rules need lists nobody gave", () => {
    const { offered, rules, rejected, notSelected } = corpus();
    expect([offered, rules.length, rejected.length, notSelected.length]).toEqual([3_757, 3_755, 2, 0]);
    expect(rejected.map(({ code }) => code)).toEqual(["placeholder-unresolved", "placeholder-unresolved"]);
    expect(rejected.every(({ line, path, id }) => line !== undefined && path !== "" && id !== undefined)).toBe(true);
  });

  it("loads the placeholder rules once their lists are given, and none without", () => {
    const files = filesOf(["rules-placeholder"]);
    const bare = loadRules(files);
    expect(bare.rejected.filter(({ code }) => code !== "placeholder-unresolved")).toEqual([]);
    const names = files.flatMap(({ text }) => [...text.matchAll(/%([\w.-]+)%/g)].map((match) => match[1] ?? ""));
    const full = loadRules(files, { placeholders: new Map(names.map((name) => [name, ["10.0.0.1"]])) });
    expect([full.offered, full.rules.length, full.rejected]).toEqual([files.length, files.length, []]);
  });

  it("classifies the samples of the specification: without their base rules, correlations have nothing to count", () => {
    const { rules, filters, rejected } = loadRules(filesOf(["specification/tests/schema"]));
    expect([rules.length, filters.length]).toEqual([1, 2]);
    const codes = rejected.map(({ code }) => code).sort();
    expect(codes).toEqual([...Array<string>(7).fill("correlation-unknown-rule"), "duplicate-id", "duplicate-id"]);
  });
});

describe.skipIf(missing)("the events of the regression tests", () => {
  it("get the same answer from the index as from the reference, for every rule", () => {
    const { rules } = corpus();
    const matcher = new Matcher(rules);
    let hits = 0;
    const differences: string[] = [];
    for (const { path, events } of regressions()) {
      for (const raw of events) {
        const indexed = matcher.match(VIEW, raw);
        const subject = { view: VIEW, raw, known: new Map() };
        const reference = [...rules.keys()].filter((i) => {
          const rule = rules[i];
          return rule !== undefined && holds(rule.condition, subject);
        });
        hits += reference.length;
        if (indexed.join() !== reference.join()) differences.push(path);
      }
    }
    expect(differences).toEqual([]);
    expect(hits).toBeGreaterThan(100);
  }, 300_000);

  it("make their rules fire, with the count where one is given, and only where the logsource admits them", () => {
    const { rules } = corpus();
    const byId = new Map(rules.map((rule) => [rule.id, rule]));
    const failed = regressions().flatMap(({ path, rule: id, count, events }) => {
      const rule = byId.get(id);
      if (rule === undefined) return [`${path}: no rule ${id}`];
      const hits = events.filter(
        (raw) => logsourceApplies(rule.logsource, logOf(raw)) && holds(rule.condition, { view: VIEW, raw }),
      ).length;
      const expected = MORE_THAN_STATED.get(path) ?? count;
      return hits === expected || (count === undefined && hits > 0)
        ? []
        : [`${path}: ${hits} of ${expected ?? "some"}`];
    });
    expect(failed).toEqual([]);
  }, 300_000);
});
