/** Reading JSON: the platform's parser alone, which is the floor of everything, and Cordon's decoder around it. */
import { decodeRecord } from "@cordon/engine/stream/normalise/decode/decode";
import { makeTextDecoder } from "@cordon/engine/stream/normalise/decode/utf8";
import { linesOf, meanBytes } from "./layouts.ts";
import { jsonRecord } from "./material.ts";
import { type Effort, type Figure, figure, ratesOf } from "./measure.ts";

const LINES = 5_000;

export function benchJson(effort: Effort): readonly Figure[] {
  const lines = linesOf("flat", LINES);
  const encoder = new TextEncoder();
  const records = lines.map((line, i) => jsonRecord(encoder.encode(line), i));
  const decodeText = makeTextDecoder();
  const note = `${meanBytes(lines)} bytes each`;
  return [
    figure(
      "JSON.parse alone (the floor)",
      ratesOf(lines, effort, (line) => JSON.parse(line)),
      { unit: "events/CPU-s", note },
    ),
    figure(
      "parse JSON (bytes to object)",
      ratesOf(records, effort, (record) => decodeRecord(record, decodeText)),
      { unit: "events/CPU-s", note },
    ),
  ];
}
