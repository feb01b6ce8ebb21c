import { describe, expect, it } from "vitest";
import { makeRandom } from "../random.ts";
import { ANOMALY_ADBENCH } from "./anomaly-adbench.ts";
import { readNpy } from "./read-npy.ts";
import type { DataFile, SuiteInput } from "./suite.ts";

interface Dtype {
  readonly descr: string;
  readonly width: number;
  readonly put: (view: DataView, at: number, value: number) => void;
}
const F8: Dtype = { descr: "<f8", width: 8, put: (view, at, value) => view.setFloat64(at, value, true) };
const I8: Dtype = { descr: "<i8", width: 8, put: (view, at, value) => view.setBigInt64(at, BigInt(value), true) };
const U1: Dtype = { descr: "|u1", width: 1, put: (view, at, value) => view.setUint8(at, value) };
const F4_BIG: Dtype = { descr: ">f4", width: 4, put: (view, at, value) => view.setFloat32(at, value, false) };

interface Npy {
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly fortran?: boolean;
}

function npy(values: readonly number[], { shape, dtype, fortran = false }: Npy): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${dtype.descr}', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': (${tuple}), }`;
  const header = `${text}\n`.padStart(118, " ");
  const bytes = new Uint8Array(10 + header.length + values.length * dtype.width);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8]);
  bytes.set(new TextEncoder().encode(header), 10);
  const view = new DataView(bytes.buffer);
  values.forEach((value, at) => {
    dtype.put(view, 10 + header.length + at * dtype.width, value);
  });
  return bytes;
}

describe("readNpy", () => {
  it.each([
    ["doubles", npy([1, 2, 3, 4, 5, 6], { shape: [2, 3], dtype: F8 }), [1, 2, 3, 4, 5, 6]],
    ["Fortran order", npy([1, 4, 2, 5, 3, 6], { shape: [2, 3], dtype: F8, fortran: true }), [1, 2, 3, 4, 5, 6]],
    ["64-bit integers", npy([1, -2], { shape: [2], dtype: I8 }), [1, -2]],
    ["bytes", npy([0, 255], { shape: [2], dtype: U1 }), [0, 255]],
    ["big-endian floats", npy([0.5, -8], { shape: [2], dtype: F4_BIG }), [0.5, -8]],
  ])("%s", (_name, bytes, values) => expect([...readNpy(bytes, "x").values]).toEqual(values));

  it.each([
    ["no magic", new Uint8Array(20), /x: not a NumPy file/],
    ["objects", npy([], { shape: [0], dtype: { ...F8, descr: "|O8" } }), /no plain array/],
    ["a cut end", npy([1, 2], { shape: [2], dtype: F8 }).subarray(0, -3), /fewer than its shape/],
    ["a cut header", npy([1, 2], { shape: [2], dtype: F8 }).subarray(0, 40), /cut within its header/],
  ])("refuses %s", (_name, bytes, message) => expect(() => readNpy(bytes, "x")).toThrow(message));
});

/** Normal rows on a line through space, anomalies beside it. */
function setOf(name: string, seed: number): readonly DataFile[] {
  const random = makeRandom(seed);
  const labels = Array.from({ length: 300 }, (_, row) => Number(row % 15 === 0));
  const rows = labels.flatMap((label) => {
    const at = random.normal() * 3;
    return [at, at + (label === 1 ? 4 : 0) + random.normal() * 0.3, -at + random.normal() * 0.3];
  });
  return [
    { path: `${name}.npz!X.npy`, bytes: async () => npy(rows, { shape: [300, 3], dtype: F8 }) },
    { path: `${name}.npz!y.npy`, bytes: async () => npy(labels, { shape: [300], dtype: U1 }) },
  ];
}

describe("suite anomaly-adbench", () => {
  const files = [...setOf("1_one", 1), ...setOf("2_two", 2)];
  const input = (parts: Partial<SuiteInput> = {}): SuiteInput => ({
    ...{ path: "data", files, train: [], test: [], seed: 1, progress: () => undefined },
    ...parts,
  });

  it("ranks anomalies on top, in each set, by both protocols", async () => {
    const { metrics, by, mistakes } = await ANOMALY_ADBENCH.run(input());
    expect(metrics.sets).toBe(2);
    expect(metrics.auroc).toBeGreaterThan(0.97);
    expect(metrics.aurocUnlabelled).toBeGreaterThan(0.8);
    expect(Object.keys(by ?? {})).toEqual(["one", "two"]);
    expect(mistakes[0]?.why?.[0]).toMatch(/^x\d is /);
  });

  it("takes the named sets only, and names a set that cannot be read", async () => {
    const broken: DataFile = { path: "3_bad.npz!X.npy", bytes: async () => new Uint8Array(9) };
    const label: DataFile = { path: "3_bad.npz!y.npy", bytes: async () => new Uint8Array(9) };
    const found = await ANOMALY_ADBENCH.run(input({ files: [...files, broken, label], test: ["two", "bad"] }));
    expect(Object.keys(found.by ?? {})).toEqual(["two"]);
    expect(found.unread).toEqual([{ where: "bad", reason: "3_bad.npz!X.npy: not a NumPy file" }]);
    await expect(ANOMALY_ADBENCH.run(input({ files: [] }))).rejects.toThrow(/no .npz with X and y/);
  });
});
