/** What stands in the way of a start is said in one line that names it, with a fix, and leaves nothing half done. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { cordon, type RunningServer, startServer } from "../server.ts";
import { jsonLines } from "../story.ts";

const folder = mkdtempSync(join(tmpdir(), "cordon-start-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
function fresh(suffix = ""): string {
  count += 1;
  return join(folder, `n${count}${suffix}`);
}

function errorOf(err: string): { code: string; message: string; fix?: string } {
  const lines = jsonLines(err).filter((line) => line.kind === "error");
  expect(lines).toHaveLength(1);
  return lines[0] as { code: string; message: string; fix?: string };
}

describe("a data folder in use", () => {
  it("is refused to a second server and to a scan, naming the holder; commands go to the server instead", async () => {
    const data = fresh();
    const logs = fresh();
    mkdirSync(logs);
    const server: RunningServer = await startServer({ data });
    try {
      for (const args of [
        ["up", "--json", "--data", data, "--listen", "127.0.0.1:0"],
        ["scan", "--json", "--data", data, logs],
      ]) {
        const { code, err, out } = await cordon(args);
        expect(code).toBe(4);
        expect(out).toBe("");
        const error = errorOf(err);
        expect(error).toMatchObject({ code: "data-locked", fix: expect.stringContaining("--data") });
        expect(error.message).toContain(`process ${server.child.pid}`);
        expect(error.message).toContain(data);
      }
      expect((await cordon(["incident", "list", "--json", "--data", data])).code).toBe(0);
      expect((await server.call("GET", "/health")).status).toBe(200);
    } finally {
      expect(await server.stop()).toBe(0);
    }
    expect((await cordon(["scan", "--json", "--data", data, logs])).code).toBe(0);
  });

  it("is free again at once after kill -9, and its stale server file misleads nobody", async () => {
    const data = fresh();
    const server = await startServer({ data });
    await server.kill();
    expect(existsSync(join(data, "server.json"))).toBe(true);
    expect((await cordon(["incident", "list", "--json", "--data", data])).code).toBe(0);
    writeFileSync(join(data, "server.json"), '{"url":"http://127');
    expect((await cordon(["incident", "list", "--json", "--data", data])).code).toBe(0);
    const again = await startServer({ data });
    expect(await again.stop()).toBe(0);
    expect(existsSync(join(data, "server.json"))).toBe(false);
  });
});

describe("an address in use", () => {
  it("is named, the folder is let go", async () => {
    const { port, close } = await occupied();
    const data = fresh();
    const { code, err } = await cordon(["up", "--json", "--data", data, "--listen", `127.0.0.1:${port}`]);
    await close();
    expect(code).toBe(4);
    const error = errorOf(err);
    expect(error).toMatchObject({ code: "unavailable", fix: expect.stringContaining("--listen") });
    expect(error.message).toContain(`127.0.0.1:${port}`);
    expect(existsSync(join(data, "server.json"))).toBe(false);
    expect((await cordon(["incident", "list", "--json", "--data", data])).code).toBe(0);
  });

  it("doctor says it beforehand", async () => {
    const { port, close } = await occupied();
    const { code, out } = await cordon(["doctor", "--json", "--data", fresh(), "--listen", `127.0.0.1:${port}`]);
    await close();
    expect(code).toBe(4);
    const finding = jsonLines(out).find((each) => each.check === "port");
    expect(finding).toMatchObject({
      state: "fail",
      detail: expect.stringContaining(String(port)),
      fix: expect.any(String),
    });
  });
});

describe("a bad configuration", () => {
  it.each([
    ["unknown key", "listen: 127.0.0.1:0\nlisen: 127.0.0.1:0\n", /line 2, .*lisen/],
    ["wrong type", "limits:\n  spoolMiB: lots\n", /line 2, .*limits\.spoolMiB/],
    ["out of range", "limits:\n  spoolMiB: 0\n", /line 2, .*limits\.spoolMiB/],
    ["port too high", "listen: 127.0.0.1:70000\n", /line 1, .*listen/],
    ["key twice", "listen: 127.0.0.1:0\nlisten: 127.0.0.1:0\n", /line 2/],
    ["not YAML", "listen: [\n", /line \d/],
    ["a list", "- a\n", /map of keys/],
    ["unknown source kind", "sources:\n  - name: a\n    kind: pigeon\n", /line 3, .*sources\.0\.kind/],
    ["secret in the file", secretInFile(), /actuators\.0\.secret.*(env|file)/],
    ["variable not set", secretInFile("{ env: CORDON_TEST_NOT_SET }"), /CORDON_TEST_NOT_SET/],
    ["unknown asset kind", "assets:\n  - match: planet:mars\n", /assets\.0\.match.*planet:mars/],
  ])("%s: key and line, exit 2, nothing started", async (_name, text, pattern) => {
    const config = fresh(".yml");
    writeFileSync(config, text);
    const data = fresh();
    const { code, out, err } = await cordon(["up", "--json", "--config", config, "--data", data]);
    expect(out).toBe("");
    expect(code).toBe(2);
    const error = errorOf(err);
    expect(error.code).toBe("config-invalid");
    expect(error.message).toMatch(pattern);
    expect(err).not.toContain("hunter2hunter2hunter2");
    expect(err).not.toMatch(/at .*\.ts:\d+/);
  });

  it("a file that is not there is named", async () => {
    const { code, err } = await cordon(["up", "--json", "--config", join(folder, "absent.yml")]);
    expect(code).toBe(2);
    expect(errorOf(err)).toMatchObject({ code: "config-unreadable", message: expect.stringContaining("absent.yml") });
  });

  it("a data folder that cannot be made is named", async () => {
    const file = join(folder, "a-file");
    writeFileSync(file, "");
    const { code, err } = await cordon(["up", "--json", "--data", join(file, "below"), "--listen", "127.0.0.1:0"]);
    expect(code).toBe(4);
    expect(errorOf(err)).toMatchObject({ message: expect.stringContaining("a-file"), fix: expect.any(String) });
  });
});

function secretInFile(reference = "hunter2hunter2hunter2"): string {
  return `actuators:\n  - name: hook\n    kind: webhook\n    url: https://hooks.example/x\n    secret: ${reference}\n`;
}

async function occupied(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const holder: Server = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const address = holder.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { port: address.port, close: () => new Promise((resolve) => holder.close(() => resolve())) };
}
