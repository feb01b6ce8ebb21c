import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ActionConfigOf } from "@cordon/model/action-config";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { HOUR } from "@cordon/model/time";
import { actionCompliance, orderFor, revertOrderFor } from "@cordon/testkit/action-compliance";
import { disableAccount } from "@cordon/testkit/contain-case";
import { describe, expect, it } from "vitest";
import { makeRuntime } from "../../runtime.ts";
import { readAccount } from "./account-file.ts";
import { makeLinuxAccount } from "./linux-account.ts";

const runtime = makeRuntime();
const deps = {
  runtime,
  evidenceDir: "",
  hostname: "web01",
  notice: async () => Promise.reject(new Error("no notice")),
  events: async () => [],
};
const config = (more: Partial<ActionConfigOf<"linux-account">> = {}): ActionConfigOf<"linux-account"> => ({
  ...{ kind: "linux-account", name: "accounts", endSessions: false },
  ...more,
});
const noRoot = process.getuid?.() === 0 ? undefined : "not root";
const noUsermod = spawnSync("usermod", ["--help"]).status === 0 ? noRoot : "usermod is not installed";

function fakeRoot(shadow: string): string {
  const folder = mkdtempSync(join(tmpdir(), "cordon-accounts-"));
  mkdirSync(join(folder, "etc"));
  const passwd =
    "root:x:0:0:root:/root:/bin/sh\nalice:x:1001:1001::/home/alice:/bin/sh\nalice2:x:1002:1002::/:/bin/sh\ntoor:x:0:0::/:/bin/sh\n";
  writeFileSync(join(folder, "etc/passwd"), passwd);
  writeFileSync(
    join(folder, "etc/shadow"),
    `root:*:19000:0:99999:7:::\n${shadow}\nalice2:$6$x$y:19000:0:99999:7:::\ntoor:$6$x$y:19000::::::\n`,
  );
  writeFileSync(join(folder, "etc/group"), "root:x:0:\nalice:x:1001:\n");
  return folder;
}

const SHADOWS: readonly (readonly [string, string])[] = [
  ["an ordinary account", "alice:$6$abc$def:19000:0:99999:7:::"],
  ["one that expires some day", "alice:$6$abc$def:19000:0:99999:7::22000:"],
  ["one with keys only", "alice:*:19000:0:99999:7:::"],
  ["one with a locked password", "alice:!$6$abc$def:19000:0:99999:7:::"],
  ["one with no password set", "alice:!:19000:0:99999:7:::"],
];

for (const [name, shadow] of SHADOWS) {
  actionCompliance({
    name: `linux-account, ${name}`,
    skip: noUsermod,
    async make() {
      const prefix = fakeRoot(shadow);
      return {
        ...{
          port: makeLinuxAccount(config({ prefix }), deps),
          action: disableAccount("alice"),
          ttlMs: HOUR,
          now: () => runtime.now(),
        },
        observe: async () => readFileSync(join(prefix, "etc/shadow"), "utf8"),
        close: async () => rmSync(prefix, { recursive: true }),
      };
    },
  });
}

/** A real account of this machine, made for the test and taken away again. */
const user = `cordon-t${process.pid % 100_000}`;
const shadowOf = (): string => spawnSync("getent", ["shadow", user], { encoding: "utf8" }).stdout;
const canMakeUser =
  noUsermod ?? (spawnSync("useradd", ["--help"]).status === 0 ? undefined : "useradd is not installed");
actionCompliance({
  name: "linux-account, a real account",
  skip: canMakeUser,
  async make() {
    spawnSync("useradd", ["--no-create-home", "--password", "$6$abc$def", user]);
    return {
      ...{
        port: makeLinuxAccount(config(), deps),
        action: disableAccount(user),
        ttlMs: HOUR,
        now: () => runtime.now(),
      },
      observe: async () => shadowOf(),
      close: async () => void spawnSync("userdel", [user]),
    };
  },
});

describe.skipIf(noUsermod !== undefined)("linux-account", () => {
  const prefix = fakeRoot(SHADOWS[0]?.[1] ?? "");
  const port = makeLinuxAccount(config({ prefix }), deps);

  it.each([
    ["root", "cannot-plan", "superuser"],
    ["toor", "cannot-plan", "superuser"],
    ["root@web01", "cannot-plan", "superuser"],
    ["nobody-here@web01", "cannot-plan", "no account"],
    ["alice;reboot@web01", "cannot-plan", "not an account name"],
    ["ALICE@web01", "cannot-plan", "not an account name"],
    ["alice@evil@web01", "cannot-plan", "not an account name"],
    ["nobody-here", "not-mine", "no account"],
    ["al", "not-mine", "no account"],
    ["alice;reboot", "not-mine", "not an account name"],
    ["-alice", "not-mine", "not an account name"],
    ["", "not-mine", "not an account name"],
    ["ALICE", "not-mine", "not an account name"],
    ["../alice", "not-mine", "not an account name"],
    ["arn:aws:iam::123456789012:user/alice", "not-mine", "not an account name"],
    ["alice@web02", "not-mine", "does not manage accounts of web02"],
    ["alice@web01@web02", "not-mine", "does not manage accounts of web02"],
    ["corp\\alice", "not-mine", "does not manage accounts of corp"],
  ])("%s is not planned (U1)", (name, code, why) =>
    expect(port.plan(disableAccount(name), HOUR, NEVER_STOP)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(why),
    }),
  );

  it.each(["alice", "alice@web01", "web01\\alice", "alice@web01.corp.example"])("%s is alice", async (name) => {
    const plan = await port.plan(disableAccount(name), HOUR, NEVER_STOP);
    expect(plan.effects[0]).toBe(`usermod --prefix ${prefix} --lock --expiredate 1 alice (local)`);
    expect(JSON.stringify(plan)).not.toContain("$6$");
  });

  it("touches nobody else, and locks password and account", async () => {
    const action = disableAccount("alice");
    const order = { action, now: () => runtime.now() };
    const plan = await port.plan(action, HOUR, NEVER_STOP);
    await port.apply(orderFor(order, plan), NEVER_STOP);
    const shadow = readFileSync(join(prefix, "etc/shadow"), "utf8");
    expect(shadow).toContain("alice:!$6$abc$def:19000:0:99999:7::1:");
    expect(shadow).toContain("alice2:$6$x$y:19000:0:99999:7:::");
    await port.revert(revertOrderFor(order, plan), NEVER_STOP);
  });
});

describe("account files", () => {
  it.each([
    ["$6$a$b", "", { locked: false, hasPassword: true, expire: "" }],
    ["!$6$a$b", "1", { locked: true, hasPassword: true, expire: "1" }],
    ["*", "", { locked: false, hasPassword: false, expire: "" }],
    ["!", "", { locked: true, hasPassword: false, expire: "" }],
    ["", "", { locked: false, hasPassword: false, expire: "" }],
  ])("shadow %s, expires %s", (hash, expire, expected) => {
    const found = readAccount("bob:x:7:7::/:/bin/sh\n", `bobby:x:\nbob:${hash}:19000:0:99999:7::${expire}:\n`, "bob");
    expect(found).toEqual({ uid: 7, ...expected });
  });
  it("an account in one file only is none", () => {
    expect(readAccount("bob:x:7:7::/:/bin/sh\n", "", "bob")).toBeUndefined();
  });
});
