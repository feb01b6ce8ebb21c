import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../config.ts";
import { readMappings } from "./mapping-files.ts";
import { checkRules } from "./rule-check.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cordon-check-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HEAD = "level: low\ndescription: d\nfalsepositives: [x]\ntags: [attack.t1059]\n";
const rule = (detection: string, head = HEAD, logsource = "{ product: windows, category: process_creation }"): string =>
  `title: T\nid: 91111111-2222-4333-8444-555555555555\n${head}logsource: ${logsource}\ndetection:\n  s:\n    ${detection}\n  condition: s\n`;

function check(text: string, techniques?: ReadonlySet<string>) {
  const path = join(folder, "rule.yml");
  writeFileSync(path, text);
  const config = loadConfig({ data: join(folder, "none") }, {});
  return checkRules({ ...config, rules: { ...config.rules, shipped: false } }, [path], techniques);
}

describe("checkRules", () => {
  it.each<[string, string, [code: string, line: number][]]>([
    ["nothing to remark", rule("Image|endswith: '\\a.exe'"), []],
    ["a dash without windash", rule("CommandLine|contains: ' -enc'"), [["windash", 10]]],
    ["windash itself", rule("CommandLine|contains|windash: ' -enc'"), []],
    ["a path that equals nothing", rule("Image: '\\a.exe'"), [["whole-path", 10]]],
    ["stars in contains", rule("Image|contains: '*abc*'"), [["star-in-contains", 10]]],
    ["a text of two letters", rule("Image|contains: 'ab'"), [["short-text", 10]]],
    ["`all` on one value", rule("Image|contains|all: 'abcd'"), [["reading", 1]]],
    ["no level", rule("Image: a", HEAD.replace("level: low\n", "")), [["level-missing", 1]]],
    ["no technique", rule("Image: a", HEAD.replace("attack.t1059", "car.1")), [["technique-missing", 1]]],
    [
      "a tactic nobody knows",
      rule("Image: a", HEAD.replace("tags: [", "tags: [attack.hiding, ")),
      [["tactic-unknown", 6]],
    ],
    [
      "a technique that cannot be",
      rule("Image: a", HEAD.replace("tags: [", "tags: [attack.t99, ")),
      [["technique-unknown", 6]],
    ],
    ["a log source nothing gives", rule("a: b", HEAD, "{ product: toaster }"), [["logsource-unfed", 7]]],
  ])("%s", (_, text, expected) => {
    const { offered, accepted, rejected, remarks } = check(text);
    expect([offered, accepted.length, rejected.length]).toEqual([1, 1, 0]);
    expect(remarks.map(({ code, line }) => [code, line])).toEqual(expected);
  });

  it("asks the operator's list of techniques", () => {
    const text = rule("Image: a");
    expect(check(text, new Set(["T1059"])).remarks).toEqual([]);
    expect(check(text, new Set(["T1001"])).remarks).toMatchObject([{ code: "technique-unknown" }]);
  });

  it("judges a rule whose state would keep it from being loaded, and counts what is rejected (RC1)", () => {
    const text = `${rule("Image: a", `status: deprecated\n${HEAD}`)}---\n${rule("Image|endwith: a").replace("9111", "9222")}`;
    const { offered, accepted, rejected } = check(text);
    expect([offered, accepted.length, rejected.map(({ code }) => code)]).toEqual([2, 1, ["unknown-modifier"]]);
  });
});

describe("readMappings", () => {
  const read = (text: string) => {
    const path = join(folder, "mapping.yml");
    writeFileSync(path, text);
    return readMappings({ ...loadConfig({ data: folder }, {}), mappings: { paths: [path] } });
  };
  const plain = (id: string): string => `id: ${id}\nversion: "1"\ndetect: { any: [{ door: { exists: true } }] }\n`;

  it("puts the operator's before the shipped ones, and in the place of one with its id (MF1)", () => {
    const shipped = readMappings(loadConfig({ data: folder }, {})).mappings;
    const own = read(plain("acme.door")).mappings;
    expect([own[0]?.id, own.length]).toEqual(["acme.door", shipped.length + 1]);
    const priorities = own.map(({ detect }) => (detect.kind === "plain" ? detect.priority : 0));
    expect(priorities[0]).toBeGreaterThan(Math.max(...priorities.slice(1)));
    const replacing = read(plain("windows.sysmon")).mappings;
    expect(replacing.filter(({ id }) => id === "windows.sysmon")).toHaveLength(1);
    expect(replacing).toHaveLength(shipped.length);
  });
  it("gives a Windows channel to the operator's mapping alone", () => {
    const { mappings } = read('id: acme.security\nversion: "1"\ndetect: { windows: { channel: [Security] } }\n');
    const owners = mappings.filter(({ detect }) => detect.kind === "windows" && detect.channels.includes("security"));
    expect(owners.map(({ id }) => id)).toEqual(["acme.security"]);
  });
  it.each([
    ["an unknown key", `${plain("a.b")}tiem: [at]\n`, /mapping\.yml:4: tiem: unknown key/],
    ["broken YAML", 'id: "a\n', /mapping\.yml:\d+: /],
    ["a kind that is none", `${plain("a.b")}entities:\n  - [who, usr, actor]\n`, /mapping\.yml:5: entities\.0/],
  ])("names file and line of %s (MF2)", (_, text, expected) => {
    expect(() => read(text)).toThrow(expected);
  });
});
