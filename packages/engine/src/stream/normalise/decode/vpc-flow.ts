/**
 * A row of VPC flow logs in AWS's default format, as CloudWatch and Firehose hand it on: without a header. Enters: one line.
 * Leaves: an object under AWS's names, or undefined. Rows of other formats need the header that S3 files begin with
 * (the framing of sources reads it). What AWS has no value for (`-`) is absent.
 */
import type { Json, JsonObject } from "@cordon/model/json";

const NAMES =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status".split(
    " ",
  );
/** An export to S3 of a CloudWatch log group puts the time of receipt before each line. */
const ROW =
  /^(?:\d{4}-\d\d-\d\dT[\d:.]{8,15}Z )?(\d{1,2} (?:\d{12}|unknown) \S{1,64}(?: (?:[\da-fA-F:.]{2,45}|-)){2}(?: (?:\d{1,19}|-)){7} (?:ACCEPT|REJECT|-) (?:OK|NODATA|SKIPDATA))\s*$/;
const NUMBERS = new Set(["version", "srcport", "dstport", "protocol", "packets", "bytes", "start", "end"]);

export function parseVpcFlow(text: string): JsonObject | undefined {
  const cells = ROW.exec(text)?.[1]?.split(" ");
  if (cells === undefined) return undefined;
  const raw: Record<string, Json> = {};
  for (const [i, name] of NAMES.entries()) {
    const cell = cells[i] ?? "-";
    if (cell !== "-") raw[name] = NUMBERS.has(name) ? Number(cell) : cell;
  }
  return raw;
}
