/** One staged attack: who it befalls and when. */
import type { Pen, Person } from "./world.ts";

export interface Scene {
  readonly pen: Pen;
  readonly person: Person;
  readonly people: readonly Person[];
  readonly amplitude: number;
  readonly day: number;
  readonly lastDay: number;
  /** 11:00 UTC of that day. */
  readonly noon: number;
  readonly midnightOf: (day: number) => number;
  /** From then on nothing of a host is written. */
  readonly silence: (host: string, from: number, to: number) => void;
}
