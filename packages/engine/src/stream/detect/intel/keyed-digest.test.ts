import { describe, expect, it } from "vitest";
import { KeyedDigest } from "./keyed-digest.ts";

/** Key and tags as published with the reference of Chaskey-12: of the bytes 0, 1, 2 ... up to a length. */
const PUBLISHED: readonly (readonly [number, readonly number[]])[] = [
  [0, [0x43cb1f41, 0x51eba0c2, 0xff0a8ac3, 0x7ee3f642]],
  [1, [0xf9ac2067, 0x9c35a846, 0x441aad3d, 0x777b7330]],
  [15, [0x03cfb44b, 0x283c8163, 0xfca71448, 0xc40a0aea]],
  [16, [0x5dd0e2a9, 0xfb5eac8c, 0x633a392e, 0x500c36f3]],
  [17, [0x8b5f6d5a, 0x202314f6, 0x22092368, 0x9639e606]],
  [32, [0x77962784, 0x07c647fa, 0xdd752c0f, 0xd2f5a799]],
  [63, [0x2dd072e1, 0x42b89efe, 0xfb26b615, 0x049aa451]],
];

describe("the keyed digest", () => {
  const digest = new KeyedDigest([0x833d3433, 0x009f389f, 0x2398e64f, 0x417acf39]);
  it.each(PUBLISHED)("is the published one over %i bytes", (length, tag) => {
    const bytes = digest.room(length).fill(0xee);
    for (let i = 0; i < length; i += 1) bytes[i] = i;
    digest.digest(length);
    expect([...digest.tag].map((word) => word >>> 0)).toEqual(tag);
  });

  it("makes room for what is longer", () => {
    const bytes = digest.room(12_289);
    expect(bytes.length).toBeGreaterThanOrEqual(12_289 + 16);
    bytes.fill(7);
    digest.digest(12_289);
    const one = [...digest.tag];
    bytes.fill(7)[12_288] = 8;
    digest.digest(12_289);
    expect([...digest.tag]).not.toEqual(one);
  });
});
