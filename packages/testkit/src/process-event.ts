/** An event that saw a process: what a kill is planned from. */
import type { Event } from "@cordon/model/event";
import { eventId, recordId, sha256Of } from "@cordon/model/ids";
import { instant } from "@cordon/model/time";

export interface SeenProcess {
  readonly exe?: string;
  readonly command?: string;
}

export function seenRunning(process: string, at: number, { exe, command }: SeenProcess = {}): Event {
  const program = exe === undefined ? [] : [{ kind: "file" as const, role: "actor" as const, value: exe }];
  const line = command === undefined ? [] : [{ kind: "cmdline" as const, role: "actor" as const, value: command }];
  return {
    ...{ id: eventId(`seen-${at}`), time: instant(at), receivedAt: instant(at), source: "linux.auditd" },
    ...{ shape: "linux.auditd/syscall-exec", log: { product: "linux", categories: ["process_creation"] } },
    ...{ class: 1007, activity: 1, severity: 1, raw: {} },
    entities: [{ kind: "process", role: "actor", value: process }, ...program, ...line],
    provenance: {
      ...{ record: recordId("r"), via: "test", input: "test", position: 1, mapping: "linux.auditd", version: "1" },
      sha256: sha256Of("0".repeat(64)),
    },
  };
}
