/**
 * STIX patterns: events per CPU-second with many patterns, of which few or none hold, over real Windows events; projection of
 * the event included. The cost must hardly grow with the number of patterns. Compiling is measured by itself.
 */
import { createHash } from "node:crypto";
import type { StixIndicator } from "@cordon/engine/stream/detect/stix/read-indicators";
import { makeStixPatterns } from "@cordon/engine/stream/detect/stix/stix-way";
import { makeNormaliser } from "@cordon/engine/stream/normalise/normalise";
import type { Event } from "@cordon/model/event";
import { sha256Of } from "@cordon/model/ids";
import { compiledMappings, jsonRecord, realLines } from "./material.ts";
import { type Effort, type Figure, figure, ratesOf, timed } from "./measure.ts";

const SIZES = [10, 1_000, 20_000];
const EVENTS = 2_000;
const hash = (text: string | Uint8Array) => sha256Of(createHash("sha256").update(text).digest("hex"));

/** As feeds have them: mostly one value, some with two conditions, a few over several events. */
function indicator(n: number): StixIndicator {
  const name = (Math.imul(n ^ 0x5bd1e995, 0x9e3779b1) >>> 0).toString(36);
  const patterns = [
    `[domain-name:value = '${name}.example']`,
    `[ipv4-addr:value = '203.${n & 255}.${(n >> 8) & 255}.7' OR domain-name:value = '${name}.example']`,
    `[file:hashes.'SHA-256' = '${name.padStart(64, "0")}']`,
    `[process:name = '${name}.exe' AND process:command_line LIKE '%-${name}%']`,
    `[process:command_line MATCHES '${name}[0-9]+']`,
    `[windows-registry-key:key LIKE '%\\\\${name}\\\\%']`,
    `[url:value = 'http://${name}.example/a']`,
    `([process:name = '${name}.exe'] FOLLOWEDBY [network-traffic:dst_port = ${1_024 + (n % 60_000)}]) WITHIN 60 SECONDS`,
  ];
  const pattern = patterns[n % patterns.length] ?? "";
  return { id: `indicator--${n}`, pattern, types: [], phases: [], techniques: [], source: "bench" };
}

export function benchStix(effort: Effort): readonly Figure[] {
  const { mappings, views } = compiledMappings();
  const normalise = makeNormaliser({ mappings, sha256: hash });
  const events = realLines(EVENTS).flatMap((line, i) => normalise(jsonRecord(Buffer.from(line), i)).events);
  const batches = Array.from({ length: Math.ceil(events.length / 100) }, (_, i) =>
    events.slice(i * 100, i * 100 + 100),
  );
  return SIZES.flatMap((size) => {
    const indicators = Array.from({ length: size }, (_, n) => indicator(n));
    const [{ way }, seconds] = timed(() => makeStixPatterns(indicators, { views, hash }));
    const rates = ratesOf<readonly Event[]>(batches, effort, (batch) => way.detect(batch)).map((rate) => rate * 100);
    const name = `${size} patterns`;
    return [
      figure(`stix ${name}: real Windows events`, rates, { unit: "events/CPU-s" }),
      figure(`stix ${name}: compiled`, [seconds], { unit: "CPU-s" }),
    ];
  });
}
