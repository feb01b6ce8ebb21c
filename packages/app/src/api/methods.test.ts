import { describe, expect, it } from "vitest";
import { makeMethodsOf } from "./methods.ts";

describe("methods of a path", () => {
  const methodsOf = makeMethodsOf([
    { method: "GET", path: "/tokens" },
    { method: "POST", path: "/tokens" },
    { method: "DELETE", path: "/tokens/{id}" },
    { method: "GET", path: "/models/health" },
    { method: "POST", path: "/models/{id}" },
  ]);
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ["/api/v1/tokens", ["GET", "HEAD", "POST"]],
    ["/api/v1/tokens/7", ["DELETE"]],
    ["/api/v1/tokens/", []],
    ["/api/v1/tokens/7/8", []],
    ["/api/v1/models/health", ["GET", "HEAD", "POST"]],
    ["/api/v1/models/other", ["POST"]],
    ["/tokens", []],
    ["/api/v1/", []],
    ["/", []],
  ];
  it.each(rows)("%s", (path, expected) => {
    expect(methodsOf(path)).toEqual(expected);
  });
});
