import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodePunycode, shownDomain, skeletonOf } from "./confusables.ts";
import { BRAND_NAMES, hasMixedScripts, lookAlikeOf, spellingDistance } from "./look-alike.ts";

describe("look-alikes", () => {
  it.each([
    ["paypa1.com", "same-skeleton", "paypal.com"],
    ["rnicrosoft.com", "same-skeleton", "microsoft.com"],
    ["xn--pypal-4ve.com", "same-skeleton", "paypal.com"],
    ["micosoft.com", "near-spelling", "microsoft.com"],
    ["paypal.top", "other-ending", "paypal.com"],
    ["paypal-secure.example.com", "name-in-subdomain", "paypal.com"],
    ["secure-paypal.com", "name-in-label", "paypal.com"],
    ["microsoft.com.login.example.net", "name-in-subdomain", "microsoft.com"],
  ])("%s: %s of %s", (host, how, of) => {
    expect(lookAlikeOf(host, BRAND_NAMES)).toMatchObject({ how, of });
  });

  it.each(["www.paypal.com", "microsoft.com", "example.org", "groups.example.com", "nytimes.com", "12.34.56.78"])(
    "LA1. %s imitates nothing",
    (host) => expect(lookAlikeOf(host, BRAND_NAMES)).toBeUndefined(),
  );

  it("reads punycode and mixed scripts", () => {
    expect(decodePunycode("mnchen-3ya")).toBe("münchen");
    expect(decodePunycode("\u0000")).toBeUndefined();
    expect(shownDomain("xn--pypal-4ve.com")).toBe("pаypal.com");
    expect(hasMixedScripts("xn--pypal-4ve.com")).toBe(true);
    expect(hasMixedScripts("xn--mnchen-3ya.de")).toBe(false);
    expect(skeletonOf("gοοgle")).toBe(skeletonOf("google"));
  });

  it("never throws, and distance is symmetric and at most the bound and one", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });
    fc.assert(
      fc.property(word, word, fc.string(), (a, b, any) => {
        expect(spellingDistance(a, b, 3)).toBe(spellingDistance(b, a, 3));
        expect(spellingDistance(a, b, 3)).toBeLessThanOrEqual(4);
        expect(spellingDistance(a, a, 3)).toBe(0);
        decodePunycode(any);
        lookAlikeOf(any, BRAND_NAMES);
      }),
    );
  });
});
