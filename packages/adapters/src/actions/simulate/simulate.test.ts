import type { Action } from "@cordon/model/action";
import { ACTION_KINDS } from "@cordon/model/action";
import { incidentId } from "@cordon/model/ids";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { HOUR } from "@cordon/model/time";
import { actionCompliance } from "@cordon/testkit/action-compliance";
import { blockAddress, disableAccount, isolateHost, ref } from "@cordon/testkit/contain-case";
import { describe, expect, it } from "vitest";
import { makeRuntime } from "../../runtime.ts";
import { makeSimulate } from "./simulate.ts";

const runtime = makeRuntime();
const deps = {
  runtime,
  evidenceDir: "",
  hostname: "web01",
  notice: async () => Promise.reject(new Error("no notice")),
  events: async () => [],
};
const port = makeSimulate({ kind: "simulate", name: "simulate" }, deps);

actionCompliance({
  name: "simulate",
  make: async () => ({
    ...{ port, action: blockAddress("203.0.113.5"), ttlMs: HOUR, now: () => runtime.now() },
    observe: async () => "nothing",
    close: async () => {},
  }),
});

describe("simulate", () => {
  const rows: [Action, number | undefined, string][] = [
    [blockAddress("203.0.113.5"), HOUR, "would drop all traffic to and from 203.0.113.5 for 60 min"],
    [disableAccount("alice"), HOUR, "would lock the account alice for 60 min"],
    [isolateHost("web01"), HOUR, "would cut web01 off the network, keeping the management path for 60 min"],
    [
      { kind: "kill-process", host: ref("host", "web01"), process: ref("process", "p") },
      undefined,
      "would end the process p on web01, for good",
    ],
    [
      { kind: "capture-forensics", host: ref("host", "web01") },
      undefined,
      "would record the volatile state of web01 as evidence",
    ],
    [
      { kind: "capture-forensics", host: ref("host", "web01"), file: ref("file", "/tmp/x") },
      undefined,
      "would record the volatile state of web01 and the file /tmp/x as evidence",
    ],
    [
      { kind: "quarantine-file", host: ref("host", "web01"), file: ref("file", "/tmp/x") },
      undefined,
      "would take the file /tmp/x on web01 into quarantine",
    ],
    [
      { kind: "purge-mail", mails: [ref("message", "1@x")], mailboxes: [ref("email", "a@b.c"), ref("email", "d@b.c")] },
      undefined,
      "would take 1 mail(s) out of 2 mailbox(es), to where they can be brought back from",
    ],
    [{ kind: "block-sender", sender: ref("email", "a@b.c") }, HOUR, "would refuse mail from a@b.c for 60 min"],
    [{ kind: "block-link", link: ref("domain", "b.c") }, HOUR, "would block links to b.c for 60 min"],
    [{ kind: "revoke-sessions", account: ref("user", "a@b.c") }, undefined, "would end all sessions of a@b.c"],
    [
      { kind: "notify", incident: incidentId("INC-1"), channel: "email" },
      undefined,
      "would send a notice of INC-1 by email",
    ],
  ];
  it("answers for every kind of action", () => {
    expect([...new Set(rows.map(([action]) => action.kind))]).toEqual(ACTION_KINDS);
  });
  it.each(rows)("%j", async (action, ttlMs, expected) => {
    expect((await port.plan(action, ttlMs, NEVER_STOP)).effects).toEqual([expected]);
  });
});
