import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalise } from "./canonical.ts";
import { ENTITY_KINDS, type EntityKind } from "./entity.ts";

const rows: readonly [EntityKind, string, string | undefined][] = [
  ["ip", "10.0.0.1", "10.0.0.1"],
  ["ip", "10.0.0.1:443", "10.0.0.1"],
  ["ip", "[::1]:443", "::1"],
  ["ip", "::ffff:1.2.3.4", "1.2.3.4"],
  ["ip", "[::ffff:1.2.3.4]:80", "1.2.3.4"],
  ["ip", "fe80::1%eth0", "fe80::1"],
  ["ip", "2001:0DB8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"],
  ["ip", "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
  ["ip", "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
  ["ip", "64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
  ["ip", "::", "::"],
  ["ip", "256.0.0.1", undefined],
  ["ip", "010.0.0.1", undefined],
  ["ip", "1.2.3", undefined],
  ["ip", "1::2::3", undefined],
  ["ip", "guardduty.amazonaws.com", undefined],
  ["ip", "LOCAL", undefined],
  ["ip", "-", undefined],
  ["ip", "1.2.3.4:99999", undefined],
  ["subnet", "10.1.2.3/8", "10.0.0.0/8"],
  ["subnet", "2001:db8::ffff/33", "2001:db8::/33"],
  ["subnet", "10.0.0.0/33", undefined],
  ["mac", "00-1A-2B-3C-4D-5E", "00:1a:2b:3c:4d:5e"],
  ["mac", "001a.2b3c.4d5e", "00:1a:2b:3c:4d:5e"],
  ["domain", "WWW.Example.COM.", "www.example.com"],
  ["domain", "bücher.example", "xn--bcher-kva.example"],
  ["domain", "_ldap._tcp.dc", "_ldap._tcp.dc"],
  ["domain", "10.0.0.1", undefined],
  ["domain", "a b", undefined],
  ["domain", "a..b", undefined],
  ["host", "WS5.theshire.local", "ws5"],
  ["host", "\\\\FILESRV", "filesrv"],
  ["host", "10.0.0.5", "10.0.0.5"],
  ["url", "HTTP://Example.com/a b?x=1", "http://example.com/a%20b?x=1"],
  ["url", "not a url", undefined],
  ["hash", "SHA1=DA39A3EE5E6B4B0D3255BFEF95601890AFD80709", "da39a3ee5e6b4b0d3255bfef95601890afd80709"],
  ["hash", "abc", undefined],
  ["file", "c:/Users/Bob/a.exe", "C:\\Users\\Bob\\a.exe"],
  ["file", '"\\??\\c:\\Windows\\X.dll"', "C:\\Windows\\X.dll"],
  ["file", "\\\\?\\UNC\\srv\\share\\a", "\\\\srv\\share\\a"],
  ["file", "containerfile:_c:\\a.zip", "C:\\a.zip"],
  ["file", "/usr/bin/Bash", "/usr/bin/Bash"],
  ["process", "WS5.local|{0197231E-005A-6928-A50B-000000000D00}", "ws5|0197231e-005a-6928-a50b-000000000d00"],
  ["process", "WS5|pid:0x1234", "ws5|pid:4660"],
  ["user", "CORP\\Alice", "corp\\alice"],
  ["user", "-\\Alice", "alice"],
  ["user", "Alice@Corp.example", "alice@corp.example"],
  ["user", "s-1-5-21-1-2-3-500", "S-1-5-21-1-2-3-500"],
  ["user", "arn:aws:iam::123456789012:user/Bob", "arn:aws:iam::123456789012:user/Bob"],
  ["email", "Bob Smith <Bob@EXAMPLE.com>", "Bob@example.com"],
  ["email", "smtp:marge@Simpsons.com", "marge@simpsons.com"],
  ["email", "no at", undefined],
  ["message", "<a@b>", "a@b"],
  ["session", "WS5.x|luid:0x0003E7", "ws5|luid:0x3e7"],
  ["session", "ws5|luid:999", "ws5|luid:0x3e7"],
  ["resource", "/SUBSCRIPTIONS/ab/Rg", "/subscriptions/ab/rg"],
  ["container", "docker://abc", "abc"],
  ["regkey", "HKEY_LOCAL_MACHINE\\Software\\Run\\", "HKLM\\Software\\Run"],
  ["regkey", "\\REGISTRY\\USER\\S-1-5-21\\Run", "HKU\\S-1-5-21\\Run"],
  ["regkey", "hkcu:\\Software", "HKCU\\Software"],
  ["cve", "cve-2021-44228", "CVE-2021-44228"],
  ["service", "PSEXESVC ", "psexesvc"],
  ["script", "text", undefined],
  ["other", "  ", undefined],
];

describe("canonicalise", () => {
  for (const [kind, text, expected] of rows) {
    it(`${kind} ${text}`, () => {
      expect(canonicalise(kind, text)?.value).toBe(expected);
    });
  }

  const wellKnown: readonly [EntityKind, string, boolean][] = [
    ["ip", "127.0.0.1", true],
    ["ip", "::1", true],
    ["ip", "0.0.0.0", true],
    ["ip", "8.8.8.8", false],
    ["user", "NT AUTHORITY\\SYSTEM", true],
    ["user", "S-1-5-18", true],
    ["user", "ANONYMOUS LOGON", true],
    ["user", "corp\\alice", false],
    ["hash", "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", true],
    ["session", "ws5|luid:0x3e7", true],
    ["other", "-", true],
  ];
  for (const [kind, text, expected] of wellKnown) {
    it(`well known: ${kind} ${text} ${expected}`, () => {
      expect(canonicalise(kind, text)?.wellKnown === true).toBe(expected);
    });
  }

  const piece = fc.constantFrom(
    ...'\\ / : . - | { } < > @ % [ ] " = a Z 0 9 0x pid: luid: :: HKLM \\??\\ \\\\?\\ UNC\\ sha1= arn: S-1- .com ü İ \u0000 \ud800 file:/// mailto: registry:: c:/ ffff'.split(
      " ",
    ),
    " ",
  );
  const text = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.array(piece, { maxLength: 12 }).map((parts) => parts.join("")),
    fc.ipV4(),
    fc.ipV6(),
    fc.webUrl(),
    fc.emailAddress(),
  );

  it("is total and idempotent for every kind", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ENTITY_KINDS), text, (kind, input) => {
        const once = canonicalise(kind, input);
        if (once === undefined) return;
        expect(canonicalise(kind, once.value)).toEqual(once);
      }),
      { numRuns: 20_000 },
    );
  });

  it("agrees with the URL parser on IPv6", () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const ours = canonicalise("ip", address)?.value;
        const host = new URL(`http://[${address}]/`).hostname.slice(1, -1);
        const mapped = host.startsWith("::ffff:");
        if (!mapped) expect(ours).toBe(host);
      }),
      { numRuns: 2_000 },
    );
  });

  it("refuses giants instead of storing them", () => {
    expect(canonicalise("cmdline", "x".repeat(1_000_000))).toBeUndefined();
  });
});
