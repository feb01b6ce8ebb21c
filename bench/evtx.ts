/** How fast EVTX slots become event objects: all files of ../shared/data/evtx, decoded in one thread. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeEvtxChunk } from "@cordon/engine/stream/normalise/decode/evtx/evtx";

const DATA = join(import.meta.dirname, "..", "..", "shared", "data", "evtx");
const FILE_HEADER_BYTES = 4_096;
const SLOT_BYTES = 65_536;
/** The first rounds warm the compiler up, which a running process has behind it, and are not counted. */
const ROUNDS_WARM = 3;
const ROUNDS = 5;

export interface EvtxBench {
  readonly name: string;
  readonly records: number;
  readonly cpuSeconds: number;
  readonly recordsPerCpuSecond: number;
}

export async function benchEvtx(): Promise<EvtxBench> {
  const slots = existsSync(DATA) ? readSlots() : [];
  for (let round = 0; round < ROUNDS_WARM; round += 1) decodeAll(slots);
  let records = 0;
  const before = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round += 1) records += decodeAll(slots);
  const used = process.cpuUsage(before);
  const cpuSeconds = (used.user + used.system) / 1e6;
  return {
    name: "evtx",
    records,
    cpuSeconds,
    recordsPerCpuSecond: records === 0 ? 0 : Math.round(records / cpuSeconds),
  };
}

function decodeAll(slots: readonly Uint8Array[]): number {
  let records = 0;
  for (const slot of slots) records += decodeEvtxChunk(slot).records.length;
  return records;
}

function readSlots(): Uint8Array[] {
  const slots: Uint8Array[] = [];
  for (const name of readdirSync(DATA, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".evtx")) continue;
    const bytes = new Uint8Array(readFileSync(join(DATA, name)));
    for (let at = FILE_HEADER_BYTES; at < bytes.length; at += SLOT_BYTES) {
      const slot = bytes.subarray(at, at + SLOT_BYTES);
      if (slot.some((byte) => byte !== 0)) slots.push(slot);
    }
  }
  return slots;
}
