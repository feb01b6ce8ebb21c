/** An administrator looks after a server: one weak rule fires, nothing is wrong. */
import { instant, MINUTE, SECOND } from "@cordon/model/time";
import { detected, loggedOn, makeStory, processStarted, type Scenario } from "./event-builder.ts";

const HOST = "srv-file";
const ADMIN = "corp\\ops-anna";

export function benignAdmin(startMs = Date.UTC(2026, 3, 7, 10, 0)): Scenario {
  const story = makeStory(`benign-admin ${startMs}`);
  const explorer = { guid: "b0000000-0000-0000-0000-000000000001", image: "C:\\Windows\\explorer.exe" };
  const cmd = { guid: "b0000000-0000-0000-0000-000000000002", image: "C:\\Windows\\System32\\cmd.exe" };
  const net = { guid: "b0000000-0000-0000-0000-000000000003", image: "C:\\Windows\\System32\\net.exe" };
  const by = { host: HOST, user: ADMIN, luid: "0x9f001" };
  loggedOn(story, { at: startMs, host: HOST, user: ADMIN, luid: "0x9f001", type: 10, address: "10.1.2.3" });
  processStarted(story, {
    ...{ at: startMs + SECOND, ...by, ...explorer, command: "explorer.exe" },
    parent: { guid: "b0000000-0000-0000-0000-0000000000aa", image: "C:\\Windows\\System32\\userinit.exe" },
  });
  processStarted(story, { at: startMs + MINUTE, ...by, ...cmd, parent: explorer, command: "cmd.exe" });
  const looked = processStarted(story, {
    ...{ at: startMs + 2 * MINUTE, ...by, ...net, parent: cmd, command: "net localgroup administrators" },
  });
  return {
    events: story.events,
    detections: [
      detected(
        {
          ...{ id: "r-net-group", title: "Local group listed", level: "low", confidence: 30 },
          ...{ techniques: ["T1069.001"], tactics: ["discovery"] },
        },
        [looked],
      ),
    ],
    truth: { roots: [], boundary: "remote-logon", hosts: [HOST], accounts: [ADMIN], addresses: [] },
    end: instant(startMs + 10 * MINUTE),
  };
}
