/** `cordon eval` as a person or a program calls it. Real data where it lies beside the project; each such test says when it is skipped. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { cordon, ROOT } from "../server.ts";
import { jsonLines } from "../story.ts";

const folder = mkdtempSync(join(tmpdir(), "cordon-eval-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const shared = join(ROOT, "../shared/data");

/** Two days of one noisy rule on three hosts; on the third day one host raises what nobody raised before. */
function alerts(name: string, from: number): void {
  const lines = ["time,name,ip,host,short,time_label,event_label"];
  for (let minute = from; minute < 3 * 1_440; minute += 7)
    lines.push(`${minute * 60},"Noise, ""usual""",1,host-${minute % 3},N,false_positive,-`);
  for (let minute = 3_000; minute < 3_030; minute += 1)
    for (const rule of ["A", "B", "C"]) lines.push(`${minute * 60},<b>${rule}</b>,1,host-0,${rule},scan,scan`);
  writeFileSync(join(folder, `${name}_alerts.csv.gz`), gzipSync(lines.join("\n")));
}

describe("cordon eval", () => {
  it("lists what it can measure", async () => {
    const { code, out } = await cordon(["eval", "list", "--json"]);
    expect(code).toBe(0);
    expect(jsonLines(out).map(({ name }) => name)).toEqual(
      expect.arrayContaining(["triage-ait-ads", "sigma-regression"]),
    );
  });

  it.each([
    ["an unknown suite", ["nonsense"], 2, /no evaluation is called "nonsense"/],
    ["no data", ["triage-ait-ads"], 2, /--data DIR is missing/],
    ["a folder that is not there", ["triage-ait-ads", "--data", join(folder, "none")], 4, /no such file or folder/],
    ["an unknown part", ["triage-ait-ads", "--data", folder, "--test", "wolf"], 4, /no file or folder "wolf"/],
  ])("says what is wrong: %s", async (_name, args, code, message) => {
    alerts("one", 0);
    const ended = await cordon(["eval", ...args]);
    expect(ended.err).toMatch(message);
    expect(ended.code).toBe(code);
  });

  it("ends with one line of figures, and writes a report that shows texts of the data as texts", async () => {
    alerts("one", 0);
    alerts("two", 3);
    const page = join(folder, "report.html");
    const args = ["eval", "triage-ait-ads", "--data", folder, "--train", "one", "--test", "two", "--report", page];
    const { code, out, err } = await cordon([...args, "--json"]);
    expect(code, err).toBe(0);
    const last = jsonLines(out).at(-1);
    expect(last).toMatchObject({ suite: "triage-ait-ads", data: folder, train: ["one"], test: ["two"] });
    expect(last?.seconds).toBeGreaterThan(0);
    const { ap, n, by } = (last?.metrics ?? {}) as Record<string, number>;
    expect(ap).toBeGreaterThan(0.9);
    expect(n).toBeGreaterThan(600);
    expect(Object.keys(by as unknown as object)).toContain("two");
    const html = readFileSync(page, "utf8");
    expect(html).toContain("&lt;b&gt;");
    expect(html).not.toContain("<b>");
  });

  it("npm run eval: a table of every suite with data, a page each, and the suites without data by name", async () => {
    const [all, out] = [join(folder, "all"), join(folder, "reports")];
    mkdirSync(join(all, "nab", "data", "made"), { recursive: true });
    mkdirSync(join(all, "nab", "labels"));
    const rows = Array.from({ length: 400 }, (_, at) => `2020-01-0${1 + Math.floor(at / 100)} 00:00:00,${at % 7}`);
    writeFileSync(join(all, "nab", "data", "made", "one.csv"), `timestamp,value\n${rows.join("\n")}\n`);
    writeFileSync(join(all, "nab", "labels", "combined_windows.json"), '{"made/one.csv":[]}');
    mkdirSync(join(all, "urls"));
    const script = join(ROOT, "scripts", "eval.ts");
    const args = [script, "--data", all, "--out", out, "--only", "nab,network-unsw,urls", "--json"];
    const { code, text } = await new Promise<{ code: number; text: string }>((done) => {
      execFile(process.execPath, args, (error, stdout) => done({ code: Number(error?.code ?? 0), text: stdout }));
    });
    expect(jsonLines(text).map(({ suite, kind }) => [suite, kind])).toEqual([
      ["nab", "measured"],
      ["network-unsw", "skipped"],
      ["urls", "failed"],
    ]);
    expect(code).toBe(1);
    expect(readdirSync(out).toSorted()).toEqual(["nab.html", "nab.json"]);
  });

  const sigma = join(shared, "sigma");
  it.skipIf(!existsSync(sigma))(
    "sigma-regression: every rule fires on its events (skips without ../shared/data)",
    async () => {
      const { code, out, err } = await cordon(["eval", "sigma-regression", "--data", sigma, "--json"]);
      expect(code, err).toBe(0);
      const { metrics } = jsonLines(out).at(-1) as { metrics: Record<string, number> };
      expect(metrics).toMatchObject({ recall: 1, n: 200, rules: 3_755, rejected: 2 });
      expect(metrics.accuracy).toBeGreaterThanOrEqual(0.98);
    },
  );
});
