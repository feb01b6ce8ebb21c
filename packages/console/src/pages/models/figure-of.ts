import type { WireModelRecord } from "@cordon/model/api/models";

/** A figure as it was measured when the model was made. */
export function figureOf({ facts }: WireModelRecord, name: string): string {
  const value = inside(inside(inside(inside(facts, "figures"), "metrics"), name), "value");
  return typeof value === "number" ? value.toFixed(3) : "–";
}

function inside(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && name in value ? Reflect.get(value, name) : undefined;
}
