/** Lines as their makers and the shippers on the way write them: every layout that the suites beside this one know. */
import type { Framing } from "@cordon/engine/stream/line-subject";
import { instant } from "@cordon/model/time";
import { aws } from "./layouts/cloud-aws.ts";
import { microsoft } from "./layouts/cloud-microsoft.ts";
import { google, services } from "./layouts/cloud-services.ts";
import { linux } from "./layouts/linux.ts";
import { ecsNetwork, firewalls, names, sensors, vpn, web } from "./layouts/network.ts";
import { LAYOUTS, STRANGERS } from "./log-layouts.fixture.ts";

export interface FramedLine {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly framing: Framing;
}

const NOW = instant(Date.UTC(2026, 4, 4, 12));
const encoder = new TextEncoder();

interface Written {
  readonly name: string;
  readonly lines: readonly (string | object)[];
  readonly header?: string | undefined;
  readonly meta?: Readonly<Record<string, string>> | undefined;
}

const rows = [...firewalls, ...names, ...sensors, ...vpn, ...web, ...ecsNetwork, ...linux];
const written: readonly Written[] = [
  ...LAYOUTS,
  ...STRANGERS.map(([name, record]) => ({ name, lines: [record] })),
  ...[...aws, ...microsoft, ...google, ...services],
  ...rows.map(({ name, record, header, meta }) => ({ name, lines: [record], header, meta })),
];

export const LINES: readonly FramedLine[] = written.flatMap(({ name, lines, header, meta }) =>
  lines.map((line, i) => ({
    name,
    bytes: encoder.encode(typeof line === "string" ? line : JSON.stringify(line)),
    framing: {
      ...{ position: i + 1, receivedAt: NOW },
      ...(header === undefined ? { format: "auto" as const } : { format: "csv" as const, meta: { ...meta, header } }),
    },
  })),
);
