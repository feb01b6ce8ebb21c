/** Behaviour on the real path: a file of sshd lines, one address that tries many accounts, a detection that says so. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { cordon } from "../server.ts";

const folder = mkdtempSync(join(tmpdir(), "cordon-behaviour-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("finds one address that tries many accounts", async () => {
  const lines = Array.from({ length: 14 }, (_, i) => {
    const second = String(10 + i * 3).padStart(2, "0");
    return `2026-05-04T10:20:${second}Z bastion sshd[${700 + i}]: Failed password for user${i} from 203.0.113.9 port ${40_000 + i} ssh2`;
  });
  const file = join(folder, "auth.log");
  writeFileSync(file, `${lines.join("\n")}\n`);
  const ended = await cordon(["scan", "--json", "--detections", file]);
  const [found] = ended.out.split(/\n/).filter((line) => line.includes("behaviour:password-spray"));
  expect(JSON.parse(found ?? "{}")).toMatchObject({ severity: "medium", rule: { source: "behaviour" } });
}, 120_000);
