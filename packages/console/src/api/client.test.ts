import { describe, expect, it } from "vitest";
import { queryText, urlOf } from "./client.ts";

describe("urlOf", () => {
  it.each([
    ["/incidents/{id}", { params: { id: "INC-1/../x" } }, "/api/v1/incidents/INC-1%2F..%2Fx"],
    [
      "/events",
      { query: { entity: ["ip:1.2.3.4", "user:a b"], q: "" } },
      "/api/v1/events?entity=ip%3A1.2.3.4&entity=user%3Aa+b",
    ],
    ["/me", {}, "/api/v1/me"],
  ])("%s", (path, options, expected) => {
    expect(urlOf(path, options)).toBe(expected);
  });
});

describe("queryText", () => {
  it.each([
    [{ a: 0, b: undefined, c: null, d: "" }, "a=0"],
    [undefined, ""],
    [{ list: [] }, ""],
  ])("%o", (query, expected) => {
    expect(queryText(query)).toBe(expected);
  });
});
