import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig, resolveSecret } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "cordon-config-"));
let count = 0;

function file(text: string): string {
  count += 1;
  const path = join(folder, `c${count}.yml`);
  writeFileSync(path, text);
  return path;
}

describe("configuration", () => {
  it("has defaults and needs no file", () => {
    const config = loadConfig({}, {});
    expect(config.listen).toBe("127.0.0.1:8420");
    expect(config.mode).toBe("assisted");
  });

  it("environment over file, flags over both", () => {
    const path = file("listen: 127.0.0.1:1000\nmode: auto\nlimits:\n  spoolMiB: 5\n");
    const env = { CORDON_CONFIG: path, CORDON_LISTEN: "127.0.0.1:2000", CORDON_SPOOL_MIB: "7" };
    expect(loadConfig({}, env)).toMatchObject({ listen: "127.0.0.1:2000", mode: "auto", limits: { spoolMiB: 7 } });
    expect(loadConfig({ listen: "127.0.0.1:3000" }, env).listen).toBe("127.0.0.1:3000");
  });

  it.each([
    ["unknown key", "lisen: 127.0.0.1:1\n", /line 1, column \d+: lisen: unknown key/],
    ["wrong type", "listen: 127.0.0.1:1\nlimits:\n  spoolMiB: many\n", /line 3, column \d+: limits\.spoolMiB: /],
    ["bad port", "listen: 127.0.0.1:99999\n", /line 1, column \d+: listen: port must be/],
    [
      "unknown source kind",
      "sources:\n  - name: a\n    kind: carrier-pigeon\n",
      /line 3, column \d+: sources\.0\.kind: /,
    ],
    ["broken YAML", "listen: [1\n", /line \d+, column \d+: /],
    ["duplicate key", "mode: auto\nmode: assisted\n", /line 2, column \d+: /],
    ["not a map", "- 1\n", /must hold a map/],
    [
      "name used twice",
      "sources:\n  - {name: a, kind: files, paths: [x]}\n  - {name: a, kind: files, paths: [y]}\n",
      /sources\.1\.name: "a" is used twice/,
    ],
  ])("names key and line: %s", (_name, text, expected) => {
    expect(() => loadConfig({ config: file(text) }, {})).toThrow(expected);
  });

  it("a missing file is named", () => {
    expect(() => loadConfig({ config: join(folder, "none.yml") }, {})).toThrow(/none\.yml.*no such file/);
  });

  it("secrets are references", () => {
    const path = join(folder, "secret");
    writeFileSync(path, "s3cret\n");
    expect(resolveSecret({ file: path }, "x", {})).toBe("s3cret");
    expect(() => resolveSecret("s3cret", "actuators.0.secret", {})).toThrow(/actuators\.0\.secret: a secret must be/);
    expect(() => resolveSecret({ env: "CORDON_TEST_NOT_SET" }, "x", {})).toThrow(/CORDON_TEST_NOT_SET is not set/);
  });

  it("files of secrets are relative to the configuration file, wherever one works", () => {
    writeFileSync(join(folder, "hook.key"), "s3cret-s3cret-s3cret\n");
    const hook = (path: string): string =>
      file(`actuators:\n  - {name: hook, kind: webhook, url: "https://chat.example/h", secret: {file: ${path}}}\n`);
    expect(loadConfig({ config: hook("hook.key") }, {}).actuators[0]).toMatchObject({ secret: "s3cret-s3cret-s3cret" });
    expect(loadConfig({ config: hook(join(folder, "hook.key")) }, {}).actuators[0]).toMatchObject({
      secret: "s3cret-s3cret-s3cret",
    });
    expect(() => loadConfig({ config: hook("none.key") }, {})).toThrow(join(folder, "none.key"));
    expect(resolveSecret({ file: "hook.key" }, "sources.a.password", { file: join(folder, "c.yml") })).toBe(
      "s3cret-s3cret-s3cret",
    );
  });
});
