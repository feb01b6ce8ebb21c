import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseWebAccess } from "./web-access.ts";

describe("parseWebAccess", () => {
  const rows: readonly [string, string, object | undefined][] = [
    [
      "combined",
      '1.2.3.4 - bob [10/Oct/2000:13:55:36 -0700] "GET /a/b.php?x=1&y=%20 HTTP/1.0" 200 2326 "http://r/" "UA \\"q\\""',
      {
        "c-ip": "1.2.3.4",
        "cs-username": "bob",
        time: "10/Oct/2000:13:55:36 -0700",
        "cs-method": "GET",
        "c-uri": "/a/b.php?x=1&y=%20",
        "cs-uri-stem": "/a/b.php",
        "sc-status": 200,
        "sc-bytes": 2326,
        "cs-user-agent": 'UA "q"',
      },
    ],
    [
      "common, no bytes",
      '::1 - - [10/Oct/2000:13:55:36 +0000] "HEAD / HTTP/1.1" 304 -',
      { "c-ip": "::1", "sc-status": 304 },
    ],
    [
      "virtual host",
      'h:80 1.2.3.4 - - [10/Oct/2000:13:55:36 +0000] "GET / HTTP/1.1" 200 1',
      { "cs-host": "h:80", "c-ip": "1.2.3.4" },
    ],
    [
      "no request line",
      '1.2.3.4 - - [10/Oct/2000:13:55:36 +0000] "\\x16\\x03" 400 0',
      { "cs-request": "\u0016\u0003" },
    ],
    ["space in the URI", '1.2.3.4 - - [10/Oct/2000:13:55:36 +0000] "GET /a b HTTP/1.1" 200 1', { "c-uri": "/a b" }],
    ["other text", 'a - - [b] "c" d', undefined],
    ["unclosed quote", '1.2.3.4 - - [10/Oct/2000:13:55:36 +0000] "GET /', undefined],
  ];
  for (const [name, line, expected] of rows) {
    it(name, () => {
      const found = parseWebAccess(line);
      if (expected === undefined) expect(found).toBeUndefined();
      else expect(found).toMatchObject(expected);
    });
  }

  it("never throws", () => {
    const piece = fc.constantFrom(" [", '] "', '"', "\\", " ", "200", "GET /", "a", "-");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (parts) => void parseWebAccess(parts.join(""))),
      { numRuns: 5_000 },
    );
  });
});
