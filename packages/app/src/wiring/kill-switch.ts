/**
 * Stops new effects: by API and CLI (kept in the state) or by a file that anyone with a shell can make.
 * It never stops an undo. The file wins: while it lies there nothing new happens, whatever the API says.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { NamedTexts } from "@cordon/adapters/storage/checkpoints";
import type { KillSwitch } from "../instance.ts";

export const KILL_FILE = "KILL";
const KEY = "kill-switch";

export async function makeKillSwitch(data: string, kv: NamedTexts, now: () => number): Promise<KillSwitch> {
  const file = join(data, KILL_FILE);
  const stored = await kv.get(KEY);
  let thrown = stored !== undefined && (JSON.parse(stored) as { on: boolean }).on;
  return {
    on: () => thrown || existsSync(file),
    async set(on, person, reason) {
      await kv.set(KEY, JSON.stringify({ on, person, reason, at: now() }));
      thrown = on;
    },
  };
}
