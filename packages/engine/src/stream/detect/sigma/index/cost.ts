/**
 * What a literal costs as a witness (how often it is seen) and what a test costs to run. Only speed depends on these
 * numbers, never an answer. `LiteralCost` is the place where measured frequencies can be put in later.
 */
import { unreachable } from "@cordon/model/error";
import type { Test } from "../rule.ts";
import type { Literal } from "./literals.ts";

export type LiteralCost = (field: string | undefined, literal: Literal) => number;

/** What ordinary values look like: a literal that is met here is met all day long. */
const ORDINARY: readonly string[] = [
  "c:\\windows\\system32\\svchost.exe -k netsvcs -p -s schedule",
  "c:\\windows\\system32\\services.exe",
  "c:\\windows\\system32\\cmd.exe /c ",
  "c:\\windows\\system32\\windowspowershell\\v1.0\\powershell.exe -noprofile -executionpolicy bypass -command ",
  "c:\\windows\\system32\\rundll32.exe ",
  "c:\\windows\\system32\\wbem\\wmiprvse.exe",
  "c:\\windows\\system32\\conhost.exe 0xffffffff -forcev1",
  "c:\\windows\\syswow64\\wscript.exe",
  "c:\\windows\\explorer.exe",
  "c:\\program files (x86)\\microsoft\\edge\\application\\msedge.exe --type=",
  "c:\\program files\\common files\\microsoft shared\\clicktorun\\officeclicktorun.exe",
  "c:\\users\\administrator\\appdata\\local\\temp\\",
  "c:\\users\\user\\appdata\\roaming\\microsoft\\windows\\",
  "c:\\users\\public\\desktop\\",
  "c:\\programdata\\microsoft\\windows defender\\platform\\",
  "hklm\\software\\microsoft\\windows\\currentversion\\explorer\\",
  "hkcu\\software\\classes\\",
  "hklm\\system\\currentcontrolset\\services\\",
  "microsoft® windows® operating system",
  "microsoft corporation",
  "nt authority\\system",
  "nt authority\\network service",
  "cmd.exe",
  "powershell.exe",
  "rundll32.exe",
  "https://www.microsoft.com/",
  "http://",
  "/usr/bin/",
  "/bin/sh -c ",
  "/usr/bin/python3 ",
  "/usr/bin/bash",
  "/etc/",
  "/tmp/",
  "/var/log/",
  "get",
  "success",
  "true",
  "false",
  "0x0",
  "-",
  "1",
  "3",
  "4104",
  "4624",
  "4688",
  "ec2.amazonaws.com",
  "sts.amazonaws.com",
  "s3.amazonaws.com",
];

const ORDINARY_COST = 1_000;

export const staticCost: LiteralCost = (_, literal) => {
  const { text } = literal;
  const chance = lengthCost(literal);
  for (const value of ORDINARY) {
    if (literal.anchor === "contains" ? value.includes(text) : anchoredIn(literal, value))
      return ORDINARY_COST + chance;
  }
  return chance;
};

function anchoredIn({ anchor, text }: Literal, value: string): boolean {
  if (anchor === "prefix") return value.startsWith(text);
  return anchor === "suffix" ? value.endsWith(text) : value === text;
}

/** Short literals are met by chance; a whole value hardly ever, a piece of one more easily. */
function lengthCost({ anchor, text }: Literal): number {
  const length = text.length;
  if (anchor === "equals") return length > 6 ? 1 : 20 / (length + 1);
  const place = anchor === "contains" ? 4 : 2;
  return place * (1 + 4_000 / 4 ** Math.min(length, 12));
}

/** Rough microseconds of one test that the index does not answer. */
export function evaluationCost(test: Test): number {
  switch (test.kind) {
    case "null":
    case "present":
    case "exists":
      return 0.1;
    case "text":
      return test.pattern.tokens.length <= 3 ? 1 : 3;
    case "compare":
      return 2;
    case "field":
      return 3;
    case "cidr":
    case "time":
      return 6;
    case "regex":
      return 200;
    default:
      return unreachable(test);
  }
}
