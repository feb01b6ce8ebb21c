/** Shipped correlations on a generated story: guessed passwords and the logon after them are one detection that cites both. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { cordon } from "../server.ts";
import { jsonLines } from "../story.ts";

const folder = mkdtempSync(join(tmpdir(), "cordon-correlation-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Found {
  readonly kind: string;
  readonly rule: { readonly title: string };
  readonly severity: string;
  readonly eventIds: readonly string[];
  readonly entities: readonly { readonly kind: string; readonly value: string }[];
}

describe("the story of guessed SSH passwords", () => {
  it("gives correlation detections, and the base rules keep silent", { timeout: 120_000 }, async () => {
    const logs = join(folder, "logs");
    const made = await cordon(["simulate", "--seed", "5", "--scenario", "ssh-brute-force", "--out", logs]);
    expect(made.code).toBe(0);
    const scanned = await cordon(["scan", "--detections", "--json", logs]);
    const found = jsonLines(scanned.out).filter(({ kind }) => kind === "detection") as unknown as readonly Found[];
    const titles = found.map(({ rule }) => rule.title);
    expect(titles).toContain("Many Failed SSH Logons from One Address");
    expect(titles).not.toContain("SSH Logon Failed");
    const [entered] = found.filter(({ rule }) => rule.title === "SSH Logon Accepted after Password Guessing");
    expect(entered?.severity).toBe("high");
    expect(entered?.eventIds.length).toBeGreaterThan(8);
    expect(entered?.entities).toContainEqual(expect.objectContaining({ kind: "host", value: "bastion" }));
    expect(entered?.entities.some(({ kind }) => kind === "ip")).toBe(true);
  });
});
