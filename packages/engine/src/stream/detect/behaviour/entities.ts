/**
 * All entities that are remembered, by key: those in use as objects, the others packed.
 *
 * BE1. At most `max` entities and `bytesMax` bytes of packed ones; those not seen for longest leave, and are counted.
 * BE2. An entity's state depends on its own events alone, but for what peers and the organisation hold.
 * BE3. Order is that of the last use, across both tiers: packing never changes what is remembered or who leaves.
 * BE4. `changes` gives each entity that was used since it was asked last, in order; the same rows, taken up in the same
 *      order by a fresh one, give the same entities in the same order and tiers.
 */
import { ColdStore } from "../../../learning/behaviour/cold-store.ts";
import { PackError } from "../../../learning/behaviour/pack-format.ts";
import { packEntity, type Remembered, unpackEntity } from "./remembered.ts";

export interface EntityLimits {
  readonly max: number;
  /** Of packed entities. */
  readonly bytesMax: number;
  /** Kept as objects: some KiB each. An event uses a handful, so never fewer than `LIVE_MIN`. */
  readonly live: number;
  /** Moves records in the index only (CS4): drawn by chance where names may be chosen by an attacker. */
  readonly seed: number;
}

export interface EntityCounts {
  readonly entities: number;
  readonly evicted: number;
  /** Packed ones, and their bytes. */
  readonly packed: number;
  readonly packedBytes: number;
  /** How often one was packed, and unpacked again. */
  readonly spilled: number;
  readonly recalled: number;
}

export interface EntityChanges {
  /** All that was given before is void. */
  readonly fresh: boolean;
  /** Lent one by one; to be read before entities are used again, or what is read is newer than the rest. */
  readonly records: Iterable<Uint8Array>;
}

const LIVE_MIN = 64;
/** Changes of packed entities that wait to be asked for; beyond, all are given anew. */
const WAITING_MAX = 64 * 1_024 * 1_024;
/** Rows are given anew when what was given since is larger than what would be, and than this. */
const ANEW_MIN = 4 * 1_024 * 1_024;

interface Node {
  readonly key: string;
  /** Undefined once it is packed or gone: who kept a hold of it must ask again. */
  about: Remembered | undefined;
  changed: boolean;
  older: Node | undefined;
  newer: Node | undefined;
}

/** A name's key, and where its entity was found last. */
export interface Hold {
  readonly key: string;
  node: Node | undefined;
}

export class Entities {
  readonly #limits: EntityLimits;
  readonly #live = new Map<string, Node>();
  readonly #cold: ColdStore;
  #oldest: Node | undefined;
  #newest: Node | undefined;
  #evicted = 0;
  #spilled = 0;
  #recalled = 0;
  /** Packed since changes were asked for; undefined while nobody asks. */
  #waiting: Uint8Array[] | undefined;
  #waitingBytes = 0;
  #givenBytes = 0;

  constructor(limits: EntityLimits) {
    this.#limits = { ...limits, live: Math.max(LIVE_MIN, limits.live) };
    this.#cold = new ColdStore(limits.seed);
  }

  get size(): number {
    return this.#live.size + this.#cold.size;
  }

  counts(): EntityCounts {
    return {
      ...{ entities: this.size, evicted: this.#evicted, packed: this.#cold.size, packedBytes: this.#cold.bytes },
      ...{ spilled: this.#spilled, recalled: this.#recalled },
    };
  }

  /** What is known of it; it is used by that. */
  find(key: string): Remembered | undefined {
    const node = this.#live.get(key);
    if (node?.about !== undefined) {
      this.#use(node);
      return node.about;
    }
    if (this.#cold.size === 0) return undefined;
    const about = this.#cold.take(key, (record) => {
      const found = unpackEntity(record);
      return found.key === key ? found : undefined;
    });
    if (about === undefined) return undefined;
    this.#recalled += 1;
    return this.#add(about);
  }

  /** The same by a hold that is kept, so that who comes again and again is not looked up. */
  findBy(hold: Hold): Remembered | undefined {
    const { node } = hold;
    if (node?.about !== undefined) {
      this.#use(node);
      return node.about;
    }
    const found = this.find(hold.key);
    hold.node = found === undefined ? undefined : this.#newest;
    return found;
  }

  /** `make` when nothing is known of it. */
  meet(key: string, make: () => Remembered): Remembered {
    return this.find(key) ?? this.arrive(make());
  }

  /** One of whom nothing is known. */
  arrive(newcomer: Remembered): Remembered {
    const about = this.#add(newcomer);
    while (this.size > this.#limits.max || this.#cold.bytes > this.#limits.bytesMax) this.#evict();
    return about;
  }

  /** What is known of it, to be read: it is not used by that, and may be a copy. */
  peek(key: string): Remembered | undefined {
    return (
      this.#live.get(key)?.about ??
      this.#cold.peek(key, (record) => {
        const found = unpackEntity(record);
        return found.key === key ? found : undefined;
      })
    );
  }

  /** From the one unused for longest on; nothing is used by that. Packed ones are copies. */
  *all(): Iterable<Remembered> {
    for (const record of this.#cold.all()) yield unpackEntity(record);
    yield* this.#inUse();
  }

  *#inUse(): Iterable<Remembered> {
    for (let node = this.#oldest; node !== undefined; node = node.newer) if (node.about !== undefined) yield node.about;
  }

  #use(node: Node): void {
    node.changed = true;
    if (node === this.#newest) return;
    this.#unlink(node);
    this.#link(node);
  }

  /** Out of those in use. */
  #leave(node: Node): Remembered | undefined {
    const { about } = node;
    this.#unlink(node);
    this.#live.delete(node.key);
    node.about = undefined;
    return about;
  }

  #add(about: Remembered): Remembered {
    const node: Node = { key: about.key, about, changed: true, older: undefined, newer: undefined };
    this.#live.set(about.key, node);
    this.#link(node);
    if (this.#live.size > this.#limits.live) this.#spill();
    return about;
  }

  #spill(): void {
    const node = this.#oldest;
    const about = node === undefined ? undefined : this.#leave(node);
    if (node === undefined || about === undefined) return;
    const record = packEntity(about);
    this.#cold.put(node.key, record);
    this.#spilled += 1;
    if (node.changed && this.#waiting !== undefined) {
      this.#waitingBytes += record.length;
      if (this.#waitingBytes > WAITING_MAX) this.#waiting = undefined;
      else this.#waiting.push(record.slice());
    }
  }

  #evict(): void {
    this.#evicted += 1;
    if (this.#cold.size > 0) {
      this.#cold.dropOldest();
      return;
    }
    if (this.#oldest !== undefined) this.#leave(this.#oldest);
  }

  #link(node: Node): void {
    node.older = this.#newest;
    node.newer = undefined;
    if (this.#newest === undefined) this.#oldest = node;
    else this.#newest.newer = node;
    this.#newest = node;
  }

  #unlink(node: Node): void {
    const { older, newer } = node;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
  }

  /** What was used since the last time; the first time, when what was given is lost (`anew`) and when it is less, all. */
  changes(anew: boolean): EntityChanges {
    const waiting = anew ? undefined : this.#waiting;
    const fresh = waiting === undefined || this.#givenBytes > Math.max(ANEW_MIN, 2 * this.#cold.bytes);
    const used: Uint8Array[] = [];
    for (const node of this.#changedLive()) {
      if (!fresh && node.about !== undefined) used.push(packEntity(node.about).slice());
      node.changed = false;
    }
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (fresh) {
      this.#givenBytes = 0;
      return { fresh, records: this.records() };
    }
    const records = [...waiting, ...used];
    this.#givenBytes += records.reduce((sum, { length }) => sum + length, 0);
    return { fresh, records };
  }

  /** Those used last are the last of the order. */
  #changedLive(): readonly Node[] {
    const changed: Node[] = [];
    for (let node = this.#newest; node?.changed === true; node = node.older) changed.push(node);
    return changed.reverse();
  }

  /** All, from the one unused for longest on; lent one by one. */
  *records(): Iterable<Uint8Array> {
    yield* this.#cold.all();
    for (const about of this.#inUse()) yield packEntity(about);
  }

  /** Takes out those that `moves` says, in order: their partition goes elsewhere. */
  give(moves: (key: string) => boolean): readonly Uint8Array[] {
    const leaving = [...this.all()].filter(({ key }) => moves(key));
    const records = leaving.map((about) => packEntity(about).slice());
    for (const { key } of leaving) {
      const node = this.#live.get(key);
      if (node !== undefined) this.#leave(node);
      else this.#cold.take(key, (record) => (unpackEntity(record).key === key ? true : undefined));
    }
    // Rows given before still hold them.
    if (leaving.length > 0) this.#waiting = undefined;
    return records;
  }

  /** Takes in entities that another one gave. One that is known here already is replaced. */
  accept(records: readonly Uint8Array[]): void {
    const arriving = records.map(unpackEntity);
    for (const about of arriving) {
      this.find(about.key);
      const known = this.#live.get(about.key);
      if (known !== undefined) this.#leave(known);
      this.meet(about.key, () => about);
    }
  }

  /** One record of those that `changes` gave, in their order; throws `PackError` for what is none of ours. */
  restoreOne(record: Uint8Array): void {
    const { key } = unpackEntity(record);
    this.#cold.take(key, (old) => (unpackEntity(old).key === key ? true : undefined));
    this.#cold.put(key, record);
  }

  /** After the last record; throws `PackError` when some are missing. */
  restored({ size, evicted }: { readonly size: number; readonly evicted: number }): void {
    if (this.#cold.size < size) throw new PackError(`${this.#cold.size} entities of ${size}`);
    // Who had left is older than all who stayed.
    while (this.#cold.size > size) this.#cold.dropOldest();
    let sleeping = this.#cold.size - this.#limits.live;
    const awake: Remembered[] = [];
    for (const record of this.#cold.all()) {
      sleeping -= 1;
      if (sleeping < 0) awake.push(unpackEntity(record));
    }
    for (const about of awake) {
      this.#cold.take(about.key, (record) => (unpackEntity(record).key === about.key ? true : undefined));
      this.#add(about);
    }
    for (const node of this.#live.values()) node.changed = false;
    this.#evicted = evicted;
    this.#givenBytes = 0;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}
