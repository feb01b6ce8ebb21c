/** Every layout, and records that only look like one. */

import { further, nx } from "./layouts/agents.ts";
import { beats } from "./layouts/beats.ts";
import { defender } from "./layouts/defender.ts";
import { elastic } from "./layouts/elastic.ts";
import { COMMAND, type Layout, MESSAGE_4688, sshd, TIME, XML_4688 } from "./layouts/facts.ts";
import { shippers } from "./layouts/lines.ts";
import { others } from "./layouts/stores.ts";

export const LAYOUTS: readonly Layout[] = [
  ...defender,
  ...elastic,
  ...beats,
  ...nx,
  ...others,
  ...further,
  ...shippers,
];

/** Records that speak of such events and are none. */
export const STRANGERS: readonly (readonly [name: string, record: object])[] = [
  ["a program that logs what it was sent", { time: TIME, level: "warn", requestId: "r-1", message: XML_4688 }],
  ["a ticket that quotes a log line", { id: 7, title: "sign-ins", message: sshd, assignee: "bob" }],
  ["a chat message of a bot", { channel: "soc", event_id: 4688, user: "bot", message: MESSAGE_4688 }],
  [
    "an object beside a time",
    { time: TIME, event: { EventID: 4688, Channel: "Security", CommandLine: COMMAND }, customer: 7 },
  ],
];
