import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Action } from "@cordon/model/action";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { actionCompliance, orderFor } from "@cordon/testkit/action-compliance";
import { ref } from "@cordon/testkit/contain-case";
import { describe, expect, it } from "vitest";
import { makeRuntime } from "../../runtime.ts";
import { makeForensics } from "./forensics.ts";

const skip = process.platform === "linux" ? undefined : "not Linux";
const runtime = makeRuntime();
const action: Action = { kind: "capture-forensics", host: ref("host", "web01") };
const make = () => {
  const evidenceDir = mkdtempSync(join(tmpdir(), "cordon-evidence-"));
  const deps = {
    ...{ runtime, evidenceDir, hostname: "web01", events: async () => [] },
    notice: async () => Promise.reject(new Error("no notice")),
  };
  return { evidenceDir, port: makeForensics({ kind: "forensics", name: "evidence" }, deps) };
};

actionCompliance({
  name: "forensics",
  skip,
  async make() {
    const { evidenceDir, port } = make();
    return {
      ...{ port, action, now: () => runtime.now() },
      observe: async () => readdirSync(evidenceDir, { recursive: true, encoding: "utf8" }).sort().join("\n"),
      close: async () => rmSync(evidenceDir, { recursive: true }),
    };
  },
});

describe.skipIf(skip !== undefined)("forensics", () => {
  it("lists every item with its hash or its failure, and notices tampering (F1)", async () => {
    const { evidenceDir, port } = make();
    const plan = await port.plan(action, undefined, NEVER_STOP);
    const order = orderFor({ action, now: () => runtime.now() }, plan);
    await port.apply(order, NEVER_STOP);
    const manifest = JSON.parse(readFileSync(join(evidenceDir, "captures", `${order.key}.json`), "utf8"));
    expect(manifest).toMatchObject({ key: order.key, host: "web01", allowedBy: ["alice"] });
    expect(manifest.items).toHaveLength(plan.effects.length);
    for (const item of manifest.items) expect(item.sha256 ?? item.failure).toBeTypeOf("string");
    const listed = manifest.items.map((item: { name: string }) => item.name);
    expect(listed.slice(0, 2)).toEqual(["time", "connections"]);
    const processes = manifest.items.find((item: { name: string }) => item.name === "processes");
    const path = join(evidenceDir, "blobs", processes.sha256);
    expect(readFileSync(path, "utf8")).toContain("node");
    chmodSync(path, 0o600);
    writeFileSync(path, "nothing to see");
    expect(await port.verify(order, NEVER_STOP)).toMatchObject({ state: "absent" });
    rmSync(evidenceDir, { recursive: true });
  });
  it("keeps the content of a named file, and says which it was", async () => {
    const { evidenceDir, port } = make();
    const path = join(evidenceDir, "sample.bin");
    writeFileSync(path, "MZ not really");
    const wanted: Action = { kind: "capture-forensics", host: ref("host", "web01"), file: ref("file", path) };
    const plan = await port.plan(wanted, undefined, NEVER_STOP);
    expect(plan.effects.join()).toContain(path);
    const order = orderFor({ action: wanted, now: () => runtime.now() }, plan);
    expect(await port.apply(order, NEVER_STOP)).toMatchObject({ kind: "ok", detail: { files: 2 } });
    const manifest = JSON.parse(readFileSync(join(evidenceDir, "captures", `${order.key}.json`), "utf8"));
    const file = manifest.items.find((item: { name: string }) => item.name === "file");
    expect(file).toMatchObject({ path, bytes: 13 });
    expect(readFileSync(join(evidenceDir, "blobs", file.sha256), "utf8")).toBe("MZ not really");
    rmSync(evidenceDir, { recursive: true });
  });
  it.each(["/etc/shadow", "/proc/kcore", "/dev/zero", "/tmp/../etc/shadow", "/no/such/file", "relative"])(
    "%s is not captured (F2)",
    async (path) => {
      const { port, evidenceDir } = make();
      const wanted: Action = { kind: "capture-forensics", host: ref("host", "web01"), file: ref("file", path) };
      await expect(port.plan(wanted, undefined, NEVER_STOP)).rejects.toMatchObject({ code: "cannot-plan" });
      rmSync(evidenceDir, { recursive: true });
    },
  );
  it("of another host nothing is planned", async () => {
    const { port, evidenceDir } = make();
    const other: Action = { kind: "capture-forensics", host: ref("host", "db01") };
    await expect(port.plan(other, undefined, NEVER_STOP)).rejects.toMatchObject({ code: "not-mine" });
    rmSync(evidenceDir, { recursive: true });
  });
});
