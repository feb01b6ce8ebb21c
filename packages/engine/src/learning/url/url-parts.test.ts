import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { URL_FEATURES, urlFeatures } from "./url-features.ts";
import { isShortener, urlParts } from "./url-parts.ts";

describe("urlParts", () => {
  it.each([
    [
      "https://user:pw@login.example.co.uk:8443/a/b?x=1#y",
      {
        scheme: "https",
        userinfo: "user:pw",
        host: "login.example.co.uk",
        port: "8443",
        path: "/a/b",
        query: "x=1",
        fragment: "y",
        domain: "example.co.uk",
      },
    ],
    ["example.com/path", { scheme: "", host: "example.com", path: "/path", domain: "example.com" }],
    ["example.com:8080/x", { host: "example.com", port: "8080", path: "/x" }],
    ["hxxp://evil[.]example[.]com/gate", { scheme: "http", host: "evil.example.com", domain: "example.com" }],
    ["http://3232235777/x", { host: "3232235777", literal: true }],
    ["http://0x7f.1/", { literal: true }],
    ["http://[::1]:80/", { host: "[::1]", port: "80", literal: true }],
    ["http:\\\\example.com\\a", { host: "example.com", path: "/a" }],
  ])("%s", (url, expected) => expect(urlParts(url)).toMatchObject(expected));

  it("UP1. never throws; all features are numbers or missing", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl()), (url) => {
        const values = urlFeatures(url);
        expect(values).toHaveLength(URL_FEATURES.length);
        expect([...values].some((value) => value === Number.POSITIVE_INFINITY)).toBe(false);
      }),
    );
    expect(isShortener(urlParts("https://bit.ly/x"))).toBe(true);
  });
});
