/**
 * Who scans as its work: vulnerability scanners, by the owner's word or by what they have done for weeks.
 *
 * BV1. Of such a source, connections unlike others and scans are informational, and the sentence says why. Nothing else of it is.
 * BV2. What is learnt holds for connections that nobody answered, and while it scans for those that carry next to nothing: a
 *      scanner that begins to talk is judged as all others.
 * BV3. Learnt is a source that scanned on `DAYS_MIN` days over `SPAN_MIN` days at least. That it scans more than it ever did is
 *      said all the same: scans are compared with its own past (network.ts).
 */
import { DAY } from "@cordon/model/time";
import type { Desk } from "./desk.ts";
import type { Fact } from "./fact.ts";
import * as fields from "./fields.ts";
import type { Finding } from "./finding.ts";
import type { Remembered } from "./remembered.ts";

const DAYS_MIN = 3;
const SPAN_MIN = 13;
/** Who did not scan for so long begins anew. */
const FORGOTTEN = 60;
const REST = 7 * DAY;
/** A look at what answers at a port carries less. */
const LOOK_BYTES = 4_000;

type Known = Pick<Finding, "known" | "restMs">;

const NOTHING: Known = {};

/** A day on which it touched as many ports or hosts as a scan does. */
export function noteScan({ marks }: Remembered, time: number): void {
  const day = Math.floor(time / DAY);
  const last = marks["scan-day"];
  if (last !== undefined && day <= last) return;
  const anew = last === undefined || day - last > FORGOTTEN;
  if (anew) marks["scan-first"] = day;
  marks["scan-days"] = anew ? 1 : (marks["scan-days"] ?? 0) + 1;
  marks["scan-day"] = day;
}

/** By the owner's word. */
export function toldScanner({ key }: Remembered, { host }: Fact, desk: Desk): Known {
  if (!desk.isScanner(key) && (host === undefined || !desk.isScanner(`host:${host}`))) return NOTHING;
  return { known: { most: "informational", because: "it is a scanner by the inventory" }, restMs: REST };
}

/** By the owner's word, or by its own past where nobody answered. */
export function knownScanner(
  about: Remembered,
  fact: Fact,
  how: { readonly desk: Desk; readonly unanswered: boolean },
): Known {
  const told = toldScanner(about, fact, how.desk);
  if (told.known !== undefined) return told;
  const { "scan-days": days = 0, "scan-first": first = 0, "scan-day": last = 0 } = about.marks;
  const today = Math.floor(fact.time / DAY);
  const looks = today === last && (fact.number(fields.BYTES_OUT) ?? LOOK_BYTES) < LOOK_BYTES;
  if (!how.unanswered && !looks) return NOTHING;
  if (days < DAYS_MIN || last - first < SPAN_MIN || today - last > FORGOTTEN) return NOTHING;
  const what = how.unanswered ? "nobody answered" : "it carried next to nothing";
  const because = `${what}, and it has scanned so on ${days} days of ${last - first + 1}: usual for itself`;
  return { known: { most: "informational", because }, restMs: REST };
}
