import type { JsonObject } from "@cordon/model/json";
import { describe, expect, it } from "vitest";
import { familyOf, senseOf } from "./attack-class.ts";
import { labelOf } from "./flow-labels.ts";
import { tableTime } from "./table-time.ts";

const TUNNEL = "tunnel_parents   label   detailed-label";

describe("labels of flows", () => {
  it.each<[string, JsonObject, string | undefined, unknown]>([
    [
      "IoT-23, three words in one column",
      { [TUNNEL]: ["(empty)   Malicious   PartOfAHorizontalPortScan"] },
      undefined,
      { sense: "attack", kind: "PartOfAHorizontalPortScan" },
    ],
    ["IoT-23, benign", { [TUNNEL]: ["-   Benign   -"] }, undefined, { sense: "benign", kind: "" }],
    [
      "IoT-23 in tabs",
      { label: "Malicious", "detailed-label": "C&C-HeartBeat" },
      undefined,
      { sense: "attack", kind: "C&C-HeartBeat" },
    ],
    ["CIC-IDS", { Label: "SSH-Patator" }, undefined, { sense: "attack", kind: "SSH-Patator" }],
    ["CIC-IDS, benign", { Label: "BENIGN" }, undefined, { sense: "benign", kind: "" }],
    [
      "UNSW-NB15",
      { label: "1", attack_cat: " Reconnaissance " },
      undefined,
      { sense: "attack", kind: "Reconnaissance" },
    ],
    ["UNSW-NB15, normal", { label: "0", attack_cat: "Normal" }, undefined, { sense: "benign", kind: "" }],
    ["nProbe's sets", { Label: "1", Attack: "DDoS" }, undefined, { sense: "attack", kind: "DDoS" }],
    ["ToN_IoT", { label: "1", type: "scanning" }, undefined, { sense: "attack", kind: "scanning" }],
    [
      "Bot-IoT",
      { attack: "1", category: "Reconnaissance", subcategory: "Service_Scan" },
      undefined,
      { sense: "attack", kind: "Service_Scan" },
    ],
    ["5G-NIDD", { Label: "Malicious", "Attack Type": "UDPFlood" }, undefined, { sense: "attack", kind: "UDPFlood" }],
    ["a number alone", { Label: 1 }, undefined, { sense: "attack", kind: "attack" }],
    ["true", { malicious: true }, undefined, { sense: "attack", kind: "attack" }],
    ["CTU, background", { label: "flow=Background-UDP-Established" }, undefined, { sense: "unlabelled", kind: "" }],
    ["CTU, normal", { label: "flow=From-Normal-V42-Jist" }, undefined, { sense: "benign", kind: "" }],
    [
      "CTU, botnet",
      { label: "flow=From-Botnet-V42-UDP-DNS" },
      undefined,
      { sense: "attack", kind: "flow=From-Botnet-V42-UDP-DNS" },
    ],
    ["a column that was named", { verdict: "exfil", label: "benign" }, "verdict", { sense: "attack", kind: "exfil" }],
    ["a named column that the row does not have", { label: "benign" }, "verdict", { sense: "unlabelled", kind: "" }],
    ["none", { bytes: 5 }, undefined, undefined],
  ])("%s", (_name, raw, column, expected) => expect(labelOf(raw, column)).toEqual(expected));

  it.each([
    ["PartOfAHorizontalPortScan", "scan"],
    ["C&C-PartOfAHorizontalPortScan", "scan"],
    ["Reconnaissance", "scan"],
    ["SSH-Bruteforce", "brute-force"],
    ["FTP-Patator", "brute-force"],
    ["Web Attack - Brute Force", "brute-force"],
    ["DoS slowloris", "dos"],
    ["DDoS attack-HOIC", "dos"],
    ["C&C-HeartBeat", "c2"],
    ["Bot", "c2"],
    ["Backdoor", "c2"],
    ["flow=From-Botnet-V42-UDP-DNS", "c2"],
    ["Data Exfiltration", "exfiltration"],
    ["Theft", "exfiltration"],
    ["Infilteration", "lateral"],
    ["Web Attack - XSS", "exploit"],
    ["Shellcode", "exploit"],
    ["attack", "attack"],
  ])("%s is %s", (word, family) => expect(familyOf(word).name).toBe(family));

  it.each([
    ["abnormal", "attack"],
    ["", "unlabelled"],
    ["LEGITIMATE", "benign"],
  ])("%s: %s", (word, sense) => expect(senseOf(word)).toBe(sense));
});

describe("times of tables", () => {
  it.each([
    [{ Timestamp: "14/02/2018 08:31:01" }, "2018-02-14T08:31:01.000Z"],
    [{ Timestamp: "7/7/2017 3:30" }, "2017-07-07T03:30:00.000Z"],
    [{ Timestamp: "05/07/2017 12:05:09 AM" }, "2017-07-05T00:05:09.000Z"],
    [{ Timestamp: "05/07/2017 1:05:09 PM" }, "2017-07-05T13:05:09.000Z"],
    [{ Timestamp: "14/02/2018 38:31:01" }, undefined],
    [{ Timestamp: 5 }, undefined],
    [{ other: "14/02/2018 08:31:01" }, undefined],
  ])("%j", (raw, expected) => {
    const found = tableTime(raw);
    expect(found === undefined ? undefined : new Date(found).toISOString()).toBe(expected);
  });
});
