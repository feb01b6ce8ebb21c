import { recordId } from "@cordon/model/ids";
import type { JsonObject } from "@cordon/model/json";
import type { RawRecord } from "@cordon/model/record";
import { instant } from "@cordon/model/time";
import { Untrusted } from "@cordon/model/untrusted";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { otlpRecords } from "./otlp.ts";
import { openShipped } from "./shipped.ts";
import { parseSnare } from "./snare.ts";
import { insertNames } from "./windows-inserts.ts";
import { dataOfMessage } from "./windows-message.ts";
import { withWindowsData } from "./windows-shipped.ts";

const AUDIT = "Microsoft-Windows-Security-Auditing";
const said = (id: string, message: string, provider = AUDIT) => dataOfMessage({ provider, id, message });

describe("rendered texts", () => {
  it.each([
    [
      "a member added",
      "4732",
      "A member was added.\n\nSubject:\n\tSecurity ID:\t\tS-1-5-18\n\tAccount Name:\t\tadm\n\nMember:\n\tSecurity ID:\t\tS-1-5-21-7\n\tAccount Name:\t\tCN=eve\n\nGroup:\n\tSecurity ID:\t\tS-1-5-32-544\n\tGroup Name:\t\tAdministrators\n\tGroup Domain:\t\tBuiltin\n\nAdditional Information:\n\tPrivileges:\t\t-",
      {
        ...{ SubjectUserSid: "S-1-5-18", SubjectUserName: "adm", MemberSid: "S-1-5-21-7", MemberName: "CN=eve" },
        ...{
          TargetSid: "S-1-5-32-544",
          TargetUserName: "Administrators",
          TargetDomainName: "Builtin",
          PrivilegeList: "-",
        },
      },
    ],
    [
      "a ticket asked for",
      "4769",
      "A Kerberos service ticket was requested.  Account Information:   Account Name:  eve@CORP   Account Domain:  CORP  Service Information:   Service Name:  sql   Service ID:  S-1-5-21-9  Network Information:   Client Address:  ::ffff:10.0.0.5   Client Port:  5000  Additional Information:   Ticket Options:  0x40810000   Ticket Encryption Type: 0x17   Failure Code:  0x0  This event is generated every time access is requested.",
      {
        ...{ TargetUserName: "eve@CORP", TargetDomainName: "CORP", ServiceName: "sql", ServiceSid: "S-1-5-21-9" },
        ...{ IpAddress: "::ffff:10.0.0.5", IpPort: "5000", TicketOptions: "0x40810000" },
        ...{ TicketEncryptionType: "0x17", Status: "0x0" },
      },
    ],
    [
      "a connection let through: its own names",
      "5156",
      "The Windows Filtering Platform has permitted a connection.\r\n\r\nApplication Information:\r\n\tProcess ID:\t\t44\r\n\tApplication Name:\t\\device\\a.exe\r\n\r\nNetwork Information:\r\n\tDirection:\t\tOutbound\r\n\tSource Address:\t\t10.0.0.5\r\n\tSource Port:\t\t50000\r\n\tDestination Address:\t203.0.113.9\r\n\tDestination Port:\t\t443\r\n\tProtocol:\t\t6",
      {
        ...{ ProcessId: "44", Application: "\\device\\a.exe", Direction: "Outbound", SourceAddress: "10.0.0.5" },
        ...{ SourcePort: "50000", DestAddress: "203.0.113.9", DestPort: "443", Protocol: "6" },
      },
    ],
  ])("%s", (_, id, message, data) => expect(said(id, message)).toEqual(data));

  it("a text without labels gives nothing", () => expect(said("4688", "Der Prozess wurde erstellt.")).toBeUndefined());

  it("a value in lines may hold what looks like a label", () => {
    const message = "New.\n\nProcess Information:\n\tProcess Command Line:\tcmd /c echo Account Name: eve\n";
    expect(said("4688", message)).toEqual({ CommandLine: "cmd /c echo Account Name: eve" });
  });
});

describe("values without names", () => {
  it("older events have fewer values of the same order", () => {
    expect(insertNames(AUDIT, "4688", 9)?.slice(0, 9).at(-1)).toBe("CommandLine");
  });

  it("more values than names, or an unknown event: kept as they are", () => {
    const raw = {
      EventID: 4634,
      SourceName: AUDIT,
      Channel: "Security",
      StringInserts: ["a", "b", "c", "d", "e", "f"],
    };
    expect(withWindowsData(raw)?.EventData).toEqual({ Data: raw.StringInserts });
    expect(withWindowsData({ ...raw, EventID: 1 })?.EventData).toEqual({ Data: raw.StringInserts });
  });

  it("data that is there stays", () => {
    expect(withWindowsData({ EventID: 1, EventData: { Image: "a" }, StringInserts: ["b"] })).toBeUndefined();
    expect(withWindowsData({ EventID: 1, Image: "a", Message: "Process Create:\nImage: b" })).toBeUndefined();
  });
});

describe("hostile envelopes", () => {
  const record: RawRecord = {
    ...{ id: recordId("1".padStart(32, "0")), source: "files", input: "input", position: 1, format: "auto" },
    ...{ receivedAt: instant(0), body: new Untrusted(new Uint8Array()) },
  };
  const opened = (raw: JsonObject) => [...openShipped({ raw, form: "json", remarks: [] }, record)];

  it("any record: nothing throws", () => {
    const keys = fc.constantFrom(
      ..."_raw message log event body Body _source short_message version event_id provider channel event_data StringInserts EventID Id LogName ProviderName Properties winlog_event_id EventData program process resourceLogs __proto__".split(
        " ",
      ),
    );
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom("<Event>", "{", '{"a":1}', "May  4 10:20:30 h p: x"),
    );
    fc.assert(
      fc.property(fc.dictionary(keys, value), (raw) => {
        const object = JSON.parse(JSON.stringify(raw)) as JsonObject;
        opened(object);
        withWindowsData(object);
        otlpRecords(object.resourceLogs ?? null);
      }),
    );
  });

  it.each([
    ["blanks", " ".repeat(200_000)],
    ["tabs in lines", `a\n${"\t".repeat(200_000)}`],
    ["labels", "Account Name: ".repeat(20_000)],
    ["colons", ":".repeat(200_000)],
    ["half a heading", `Subject:\n${"Account Nam".repeat(20_000)}`],
  ])("a message of %s is read in one pass", (_, text) => {
    said("4688", text);
    said("1", text, "Microsoft-Windows-Sysmon");
    said("4104", `Creating Scriptblock text (1 of 1):${text}ScriptBlock ID:${text}`);
    expect(parseSnare(`MSWinEventLog\t1\t${text}`)).toBeUndefined();
  });
});
