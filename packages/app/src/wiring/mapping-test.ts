/** An operator's mapping tried over a sample, before it is configured. */
import { AppError } from "@cordon/model/error";
import type { Event } from "@cordon/model/event";
import type { Config } from "../config.ts";
import { readText } from "./content.ts";
import { readEvents } from "./event-files.ts";
import { readMappings } from "./mapping-files.ts";

export interface MappingTest {
  readonly id: string;
  readonly events: readonly Event[];
  readonly problems: readonly string[];
}

/** Throws AppError `config-invalid` with file, line and key for every fault of the mapping. */
export async function testMapping(config: Config, path: string, sample: string): Promise<MappingTest> {
  // What is configured already would be a second mapping of the same id.
  const alone = { ...config, mappings: { paths: [] } };
  const mappings = readMappings(alone, [readText(path)]);
  const [first] = mappings.mappings;
  if (first === undefined) throw new AppError("config-invalid", `${path}: no mapping in it`);
  const { events, problems } = await readEvents(sample, mappings);
  return { id: first.id, events, problems };
}
