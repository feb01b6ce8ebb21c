/** Winlogbeat, and what Logstash and Graylog make of it. */
import { created, fetched, type Layout, MESSAGE_4688, SECURITY, stored, TIME, XML_4688 } from "./facts.ts";

const winlogbeat = {
  ...{ "@timestamp": TIME, "@version": "1", tags: ["beats_input_codec_plain_applied"], message: MESSAGE_4688 },
  ...{ log: { level: "information" }, ecs: { version: "8.0.0" }, host: { name: "ws07.corp.example" } },
  agent: { type: "winlogbeat", version: "8.13.0", name: "ws07" },
  event: { code: "4688", kind: "event", provider: SECURITY, action: "Process Creation", original: MESSAGE_4688 },
  winlog: {
    ...{ channel: "Security", provider_name: SECURITY, event_id: "4688", computer_name: "ws07.corp.example" },
    ...{
      record_id: 4711,
      task: "Process Creation",
      api: "wineventlog",
      keywords: ["Audit Success"],
      event_data: created,
    },
  },
};
export const beats: readonly Layout[] = [
  stored("Winlogbeat through Logstash", [winlogbeat], fetched),
  stored(
    "Winlogbeat 6",
    [
      {
        ...{
          "@timestamp": TIME,
          "@version": "1",
          host: { name: "ws07" },
          beat: { hostname: "ws07", version: "6.8.0" },
        },
        ...{ log_name: "Security", source_name: SECURITY, event_id: 4688, computer_name: "ws07.corp.example" },
        ...{ record_number: "4711", level: "Information", keywords: ["Audit Success"], type: "wineventlog" },
        ...{ event_data: created, message: MESSAGE_4688 },
      },
    ],
    fetched,
  ),
  stored(
    "Winlogbeat with XML alone",
    [
      {
        "@timestamp": TIME,
        host: { name: "ws07" },
        agent: { type: "winlogbeat" },
        event: { original: XML_4688, module: "x" },
      },
    ],
    fetched,
  ),
  stored(
    "Graylog, Beats input",
    [
      {
        ...{
          timestamp: "2026-05-04 10:20:30.123",
          source: "ws07",
          message: MESSAGE_4688,
          winlogbeat_agent_type: "winlogbeat",
        },
        ...{ winlogbeat_winlog_channel: "Security", winlogbeat_winlog_provider_name: SECURITY },
        ...{ winlogbeat_winlog_event_id: "4688", winlogbeat_winlog_computer_name: "ws07.corp.example" },
        ...Object.fromEntries(
          Object.entries(created).map(([name, value]) => [`winlogbeat_winlog_event_data_${name}`, value]),
        ),
      },
    ],
    fetched,
  ),
];
