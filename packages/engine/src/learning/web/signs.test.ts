import { describe, expect, it } from "vitest";
import { readPayload } from "./web-model.ts";

const signsOf = (sent: string): readonly string[] => readPayload(sent).signs.map(({ name }) => name);

describe("signs of attacks", () => {
  it.each([
    ["1' UnIoN/**/SeLeCt password", "sqli.union-select"],
    ["1 /*!50000union*/ select 2", "sqli.union-select"],
    ["x' or 'a'='a", "sqli.tautology"],
    ["x') and ('1", "sqli.quote-logic"],
    ["1; drop table users", "sqli.stacked"],
    ["1 and sleep(5)", "sqli.call"],
    ["1,(select 2)", "sqli.sub-select"],
    ["admin'--", "sqli.quote-end"],
    ["<ScRiPt >alert(1)", "xss.script-tag"],
    ['" onmouseover=x()', "xss.attribute-add"],
    ["jav&#x09;ascript:x", "xss.script-address"],
    ["..%252f..%252fetc", "path-traversal.dots"],
    ["/etc/passwd", "path-traversal.unix-file"],
    ["..%c0%af..%c0%af..%c0%afx", "path-traversal.many-dots"],
    ["a;cat /x", "cmdi.separator"],
    ["$(sleep 3)", "cmdi.separator"],
    ["|/usr/bin/id|", "cmdi.separator"],
    ["cat\u0024{IFS}x", "cmdi.blank"],
    ["{{7*7}}", "template.expression"],
    ['<!DOCTYPE a [<!ENTITY b SYSTEM "file:///x">]>', "xxe.entity"],
    ["\u0024{\u0024{lower:j}\u0024{::-n}di:ldap://x}", "lookup.jndi"],
    ["http://169.254.169.254/latest", "ssrf.metadata"],
    ["http://2130706433/", "ssrf.inner"],
    ["a%0d%0aSet-Cookie: b", "header.break"],
  ])("%s: %s", (sent, name) => expect(signsOf(sent)).toContain(name));

  it.each([
    "O'Brien",
    "rock 'n' roll",
    "red and blue",
    "https://example.org/a?b=c",
    "C++ and C#",
    "50% off",
    "2024-01-31",
    "a/b/c.html",
    "Tom & Jerry",
  ])("%s: nothing of weight", (sent) => expect(signsOf(sent).filter((name) => !/quote|logic/.test(name))).toEqual([]));
});
