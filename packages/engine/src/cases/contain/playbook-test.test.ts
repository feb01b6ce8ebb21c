import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { sha256Of } from "@cordon/model/ids";
import { contentPlaybooks } from "@cordon/testkit/contain-case";
import { describe, expect, it } from "vitest";
import { testPlaybook } from "./playbook-test.ts";

const all = contentPlaybooks({ sha256: (bytes) => sha256Of(createHash("sha256").update(bytes).digest("hex")) });
const sidecar = (path: string): string => path.replace(/\.json$/, ".test.json");

describe("playbooks of content/", () => {
  it.each(all.map((loaded) => [loaded.slug, loaded] as const))(
    "%s does what its sidecar says, every step reached",
    (_slug, loaded) => {
      expect(existsSync(sidecar(loaded.path))).toBe(true);
      const cases = JSON.parse(readFileSync(sidecar(loaded.path), "utf8"));
      expect(testPlaybook(loaded, cases, all)).toEqual({ failures: [], unreached: [] });
    },
  );
  it("a wrong expectation and an unreached step are told", () => {
    const loaded = all.find(({ slug }) => slug === "contain-compromised-host");
    if (loaded === undefined) throw new Error("no playbook");
    const expectation = { steps: [], ends: "succeeded" as const };
    const { failures, unreached } = testPlaybook(loaded, [{ name: "wrong", expect: expectation }]);
    expect(failures).toHaveLength(1);
    expect(unreached).toEqual(["Tell the team that the host is not isolated"]);
  });
});
