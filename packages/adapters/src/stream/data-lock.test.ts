import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "@cordon/model/error";
import { afterAll, describe, expect, it } from "vitest";
import { lockDataFolder } from "./data-lock.ts";

const dir = mkdtempSync(join(tmpdir(), "cordon-lock-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function failure(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("expected a failure");
}

describe("data folder lock", () => {
  it("refuses a second holder, names the first, and is free after release", () => {
    const folder = join(dir, "new", "data");
    const lock = lockDataFolder(folder);
    const refused = failure(() => lockDataFolder(folder));
    expect(refused.code).toBe("data-locked");
    expect(refused.message).toContain(`process ${process.pid} `);
    expect(refused.message).toContain("boot id");
    expect(refused.fix).toContain("--data");
    lock.release();
    lock.release();
    lockDataFolder(folder).release();
  });

  it("L1: a killed holder leaves no lock behind", async () => {
    const folder = join(dir, "killed");
    const module = join(import.meta.dirname, "data-lock.ts");
    const code = `import { lockDataFolder } from ${JSON.stringify(module)}; lockDataFolder(${JSON.stringify(folder)});
      console.log("held"); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    expect(failure(() => lockDataFolder(folder)).message).toContain(`process ${child.pid} `);
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
    lockDataFolder(folder).release();
  });
});
