/**
 * Packed records in the order in which they came to rest: a log of slabs, and an index from hashed keys into it.
 *
 * CS1. Records leave where they lie (`take`) or from the oldest on (`dropOldest`); the order of the others never changes.
 * CS2. Room of records that left is given back: a slab that is half empty is written anew, together with its neighbour where
 *      both fit into one. So at most about half of what is held is waste, and the work is constant per byte.
 * CS3. No key is kept as a string, and no object per record: a million records cost their bytes and 16 to 32 more each.
 * CS4. Equal hashes are told apart by the record itself. The seed moves records in the index only, never their order.
 */

const SLAB_BITS = 18;
const SLAB = 1 << SLAB_BITS;
const OFFSET = SLAB - 1;
/** References are 32 bits: this many slabs, 4 GiB in all. */
const SLABS_MAX = 1 << (32 - SLAB_BITS);
/** No record begins at 0, so that 0 can mean "nothing". */
const FIRST = 8;
const HEAD = 8;
const DEAD = 0x80000000;
const TABLE_MIN = 1 << 10;

interface Slab {
  readonly slot: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  used: number;
  live: number;
  /** No living record lies before. */
  first: number;
  older: Slab | undefined;
  newer: Slab | undefined;
}

export class ColdStore {
  #slabs: (Slab | undefined)[] = [];
  #free: number[] = [];
  #oldest: Slab | undefined;
  #newest: Slab | undefined;
  #size = 0;
  #bytes = 0;
  /** `[hash, reference]` by open addressing. */
  #table = new Uint32Array(2 * TABLE_MIN);
  #mask = TABLE_MIN - 1;
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed | 0;
  }

  get size(): number {
    return this.#size;
  }
  /** Of living records. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The key must not be here already. */
  put(key: string, record: Uint8Array): void {
    const size = record.length + HEAD;
    let slab = this.#newest;
    if (slab === undefined || slab.used + size > slab.bytes.length) {
      slab = this.#slab(Math.max(SLAB, FIRST + size));
      this.#append(slab);
    }
    if (2 * (this.#size + 1) > this.#mask) this.#grow();
    const hash = this.#hash(key);
    this.#index(hash, write(slab, hash, record));
    this.#size += 1;
    this.#bytes += size;
  }

  /** Takes out the record of a key; `read` gives undefined for another key of the same hash, and its bytes are lent. */
  take<T>(key: string, read: (record: Uint8Array) => T | undefined): T | undefined {
    return this.#look(key, read, true);
  }

  /** The same, and the record stays. */
  peek<T>(key: string, read: (record: Uint8Array) => T | undefined): T | undefined {
    return this.#look(key, read, false);
  }

  #look<T>(key: string, read: (record: Uint8Array) => T | undefined, leaves: boolean): T | undefined {
    const hash = this.#hash(key);
    for (let at = hash & this.#mask; ; at = (at + 1) & this.#mask) {
      const reference = this.#table[2 * at + 1] ?? 0;
      if (reference === 0) return undefined;
      if (this.#table[2 * at] !== hash) continue;
      const slab = this.#slabs[reference >>> SLAB_BITS];
      if (slab === undefined) return undefined;
      const offset = reference & OFFSET;
      const found = read(recordAt(slab, offset));
      if (found === undefined) continue;
      if (!leaves) return found;
      this.#unindex(at);
      this.#bury(slab, offset);
      this.#tidy(slab);
      return found;
    }
  }

  dropOldest(): void {
    for (let slab = this.#oldest; slab !== undefined; slab = this.#oldest) {
      for (; slab.first < slab.used; slab.first += sizeAt(slab, slab.first)) {
        if (isDead(slab, slab.first)) continue;
        this.#unindex(this.#placeOf(slab, slab.first));
        this.#bury(slab, slab.first);
        return;
      }
      this.#remove(slab);
    }
  }

  /** Records from the oldest on; their bytes are lent. */
  *all(): Iterable<Uint8Array> {
    for (let slab = this.#oldest; slab !== undefined; slab = slab.newer)
      for (let at = slab.first; at < slab.used; at += sizeAt(slab, at)) if (!isDead(slab, at)) yield recordAt(slab, at);
  }

  #bury(slab: Slab, offset: number): void {
    const size = sizeAt(slab, offset);
    slab.view.setUint32(offset, (size - HEAD) | DEAD);
    slab.live -= size;
    this.#size -= 1;
    this.#bytes -= size;
  }

  #tidy(slab: Slab): void {
    if (slab === this.#newest) return;
    if (slab.live === 0) this.#remove(slab);
    else if (2 * slab.live < slab.used) this.#rewrite(slab);
  }

  /** The living of a slab, and of the next one where both fit, into a slab of their size. */
  #rewrite(slab: Slab): void {
    const { newer, older } = slab;
    const both = newer !== undefined && newer !== this.#newest && slab.live + newer.live + FIRST <= SLAB;
    const parts = both ? [slab, newer] : [slab];
    const fresh = this.#slab(FIRST + parts.reduce((sum, { live }) => sum + live, 0));
    for (const part of parts) {
      for (let at = part.first; at < part.used; at += sizeAt(part, at)) {
        if (isDead(part, at)) continue;
        const place = this.#placeOf(part, at);
        this.#table[2 * place + 1] = write(fresh, part.view.getUint32(at + 4), recordAt(part, at));
      }
    }
    const after = both ? newer.newer : newer;
    fresh.older = older;
    fresh.newer = after;
    if (older === undefined) this.#oldest = fresh;
    else older.newer = fresh;
    if (after === undefined) this.#newest = fresh;
    else after.older = fresh;
    for (const part of parts) this.#release(part);
  }

  #append(slab: Slab): void {
    slab.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = slab;
    else this.#newest.newer = slab;
    this.#newest = slab;
  }

  #remove(slab: Slab): void {
    const { older, newer } = slab;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    this.#release(slab);
  }

  #slab(size: number): Slab {
    const slot = this.#free.pop() ?? this.#slabs.length;
    if (slot >= SLABS_MAX) throw new RangeError(`more than ${SLABS_MAX} slabs of packed records`);
    const bytes = new Uint8Array(size);
    const view = new DataView(bytes.buffer);
    const slab: Slab = { slot, bytes, view, used: FIRST, live: 0, first: FIRST, older: undefined, newer: undefined };
    this.#slabs[slot] = slab;
    return slab;
  }

  #release({ slot }: Slab): void {
    this.#slabs[slot] = undefined;
    this.#free.push(slot);
  }

  #index(hash: number, reference: number): void {
    let at = hash & this.#mask;
    while ((this.#table[2 * at + 1] ?? 0) !== 0) at = (at + 1) & this.#mask;
    this.#table[2 * at] = hash;
    this.#table[2 * at + 1] = reference;
  }

  #placeOf(slab: Slab, offset: number): number {
    const reference = ((slab.slot << SLAB_BITS) | offset) >>> 0;
    let at = slab.view.getUint32(offset + 4) & this.#mask;
    while (this.#table[2 * at + 1] !== reference) at = (at + 1) & this.#mask;
    return at;
  }

  /** What was pushed on past the hole moves back, so that no search ends too early. */
  #unindex(place: number): void {
    const table = this.#table;
    let hole = place;
    for (let at = (place + 1) & this.#mask; (table[2 * at + 1] ?? 0) !== 0; at = (at + 1) & this.#mask) {
      const home = (table[2 * at] ?? 0) & this.#mask;
      if (((at - home) & this.#mask) < ((at - hole) & this.#mask)) continue;
      table[2 * hole] = table[2 * at] ?? 0;
      table[2 * hole + 1] = table[2 * at + 1] ?? 0;
      hole = at;
    }
    table[2 * hole + 1] = 0;
  }

  #grow(): void {
    const before = this.#table;
    this.#table = new Uint32Array(2 * before.length);
    this.#mask = this.#table.length / 2 - 1;
    for (let i = 0; i < before.length; i += 2) {
      const reference = before[i + 1] ?? 0;
      if (reference !== 0) this.#index(before[i] ?? 0, reference);
    }
  }

  #hash(key: string): number {
    let hash = this.#seed ^ key.length;
    for (let i = 0; i < key.length; i += 1) {
      hash = Math.imul(hash ^ key.charCodeAt(i), 0xcc9e2d51);
      hash = (hash << 13) | (hash >>> 19);
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  }
}

const isDead = ({ view }: Slab, offset: number): boolean => view.getUint32(offset) >= DEAD;
const sizeAt = ({ view }: Slab, offset: number): number => (view.getUint32(offset) & ~DEAD) + HEAD;
const recordAt = (slab: Slab, offset: number): Uint8Array =>
  slab.bytes.subarray(offset + HEAD, offset + sizeAt(slab, offset));

/** Returns the reference of the record. */
function write(slab: Slab, hash: number, record: Uint8Array): number {
  const offset = slab.used;
  slab.view.setUint32(offset, record.length);
  slab.view.setUint32(offset + 4, hash);
  slab.bytes.set(record, offset + HEAD);
  slab.used += HEAD + record.length;
  slab.live += HEAD + record.length;
  return ((slab.slot << SLAB_BITS) | offset) >>> 0;
}
