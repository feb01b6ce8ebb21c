/** Incidents made on a running server for the tests of the learning loop: one line each, on a host and account of its own. */
import { type RunningServer, sleep } from "../server.ts";

const WAIT_MS = 90_000;

export interface Seen {
  readonly id: string;
  readonly priority: number;
  readonly severity: string;
  readonly status: string;
  readonly hosts: readonly string[];
  readonly terms: readonly { readonly term: string; readonly points: number; readonly why: string }[];
}

/** As the console shows it: the name without its domain. */
export const hostOf = (number: number): string => `ws-${number}`;

/** Each on a host and account of its own, a day apart: no two belong together. `more` overrides host and account, or adds fields. */
export function line(number: number, program: string, more: Readonly<Record<string, string>> = {}): string {
  const time = new Date(Date.UTC(2026, 0, 1) + (number % 300) * 86_400_000 + (number % 7) * 3_600_000);
  const { Computer = `ws-${number}.corp.example`, ...fields } = more;
  return JSON.stringify({
    Event: {
      System: {
        Provider: { "#attributes": { Name: "Microsoft-Windows-Sysmon" } },
        EventID: 1,
        TimeCreated: { "#attributes": { SystemTime: time.toISOString() } },
        EventRecordID: number,
        Channel: "Microsoft-Windows-Sysmon/Operational",
        Computer,
      },
      EventData: {
        ProcessId: 4_000 + number,
        Image: `C:\\Tools\\${number}\\${program}`,
        CommandLine: `${program} ${number}`,
        User: `CORP\\user${number}`,
        ...fields,
      },
    },
  });
}

/** Waits until `ask` gives something; says what it waited for. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; await sleep(250)) {
    const found = await ask();
    if (found !== undefined) return found;
  }
  throw new Error(`waited in vain for ${what}`);
}

/** Sends the lines, waits until each of the hosts has a scored incident. */
export async function opened(
  server: RunningServer,
  lines: readonly string[],
  hosts: readonly string[],
): Promise<readonly Seen[]> {
  await server.call("POST", "/ingest/endpoints", lines.join("\n"));
  const wanted = new Set(hosts);
  return until(`${hosts.length} incidents`, async () => {
    const { json } = await server.call("GET", "/incidents?limit=500");
    const found = (json.items as Seen[]).filter(
      ({ hosts: own, terms }) => terms.length > 0 && own.some((host) => wanted.has(host)),
    );
    return new Set(found.flatMap(({ hosts: own }) => own)).size >= wanted.size ? found : undefined;
  });
}

export function named(all: readonly Seen[], number: number): Seen {
  const found = all.find(({ hosts }) => hosts.includes(hostOf(number)));
  if (found === undefined) throw new Error(`no incident of host ${number}`);
  return found;
}
