/** The compiled kernel of the tape with its memory: 16 MiB, made once, never grown. Its source is kernel.as. */
/// <reference path="./web-assembly.d.ts" />
import { fromBase64 } from "@cordon/model/base64";
import { KERNEL_CODE } from "./kernel-code.ts";

/** What the kernel exports. Addresses are in bytes, nodes and values are numbers. */
export interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer };
  init(nodes: number, values: number, bytes: number, shapesRest: number): void;
  /** Number of leaves of the line in the input, negative where it is not vouched for. */
  parse(length: number): number;
  /** There is no room for more shapes: when the known ones have lasted long enough, all are forgotten. */
  full(): void;
  inputAt(): number;
  inputMax(): number;
  stateAt(): number;
  idsAt(): number;
  spansAt(): number;
  scratchStart(): number;
  valuesAt(): number;
  nodeParent(node: number): number;
  nodeKind(node: number): number;
  nodeKey(node: number): number;
  nodeKeyLength(node: number): number;
}

/** Kinds of nodes in the numbers of the kernel: leaves first, then the begin and the end of an object. */
export const NODE_KINDS = ["text", "number", "list", "true", "false", "null", "open", "close"] as const;

/** Undefined where WebAssembly or its wide operations are not to be had. */
export function makeKernel(): Kernel | undefined {
  if (typeof WebAssembly === "undefined" || !isLittleEndian()) return undefined;
  const code = fromBase64(KERNEL_CODE);
  if (!WebAssembly.validate(code)) return undefined;
  return new WebAssembly.Instance<Kernel>(new WebAssembly.Module(code)).exports;
}

/** Memory of WebAssembly is, wherever it runs; what we read of it in words has to be the same. */
function isLittleEndian(): boolean {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
}
