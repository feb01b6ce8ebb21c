/**
 * Subjects of events on a tape. What an event is follows from a few of its values: channel, number, provider. The very functions
 * that judge objects are run over the shape's `raw`, and what they read is noted; the next event of the shape whose values at
 * those places are the same is the same. So what is remembered is a tree for each shape: which leaf was read first, by its value
 * which one next, and at the end the subject.
 *
 * Enters: a tape that holds an event. Leaves: its subject, or undefined where objects have to be made (subjects.ts).
 *
 * R1. The subject is that of subjects.ts: what is remembered depends on keys and on the values that were read, and on nothing else.
 * R2. Only what leaves `raw` as it is counts: one event, nothing opened, repaired, joined or remarked.
 * R3. Time, host and entities are not read: they are another in every event.
 * R4. A value that the tape does not remember decides nothing for later events.
 * R5. Bounded: a tree that is full is forgotten, and so are all with the tape's generation; shapes that never lead to a subject
 *     are not asked any more.
 */
import type { JsonObject } from "@cordon/model/json";
import type { RawRecord } from "@cordon/model/record";
import { instant } from "@cordon/model/time";
import type { LineSubject } from "../line-subject.ts";
import type { Shape, Tape } from "../tape/tape.ts";
import { decodeValue } from "./decode/decode.ts";
import { makeReadings } from "./envelopes.ts";
import { routeOf } from "./map.ts";
import { type Lens, makeRecognise } from "./recognise.ts";
import { type Knowing, recordOf, subjectOf } from "./subjects.ts";

interface Asks {
  readonly kind: "asks";
  readonly leaf: number;
  readonly byValue: Map<number, Node>;
  /** The value last seen: logs come in runs. */
  lastValue: number;
  last: Node | undefined;
}

interface Knows {
  readonly kind: "knows";
  readonly subject: LineSubject | undefined;
}

type Node = Asks | Knows;

interface Tree {
  readonly shape: Shape;
  root: Node | undefined;
  found: number;
  /** Events that had to become objects all the same. */
  inVain: number;
}

/** Nodes of all trees. A channel has some dozens of numbers, a shape one channel: this is far more than logs need. */
const NODES_MAX = 16_384;
/** Events of a shape that were looked at in vain before the shape is passed over. */
const VAIN_MAX = 64;

export type TapedSubject = (tape: Tape) => LineSubject | undefined;

export function makeTapedSubjects(knowing: Knowing): TapedSubject {
  const understand = makeUnderstand(knowing);
  let trees: (Tree | undefined)[] = [];
  let nodes = 0;
  let generation = -1;

  const forget = (): void => {
    trees = [];
    nodes = 0;
  };

  const treeOf = (shape: Shape): Tree => {
    const tree = { shape, root: undefined, found: 0, inVain: 0 };
    trees[shape.number] = tree;
    return tree;
  };

  const learn = (tape: Tape, tree: Tree): LineSubject | undefined => {
    const { subject, reads } = understand(tape);
    if (subject === undefined) tree.inVain += 1;
    const path = [...new Set(reads)];
    const values = path.map((leaf) => tape.id(leaf));
    if (values.includes(-1)) return subject;
    if (nodes + path.length >= NODES_MAX) forget();
    else {
      tree.root = grown(tree.root, { path, values, subject });
      nodes += path.length + 1;
    }
    return subject;
  };

  return (tape) => {
    if (tape.generation !== generation) {
      generation = tape.generation;
      forget();
    }
    const { shape } = tape;
    const known = trees[shape.number];
    const tree = known?.shape === shape ? known : treeOf(shape);
    if (tree.inVain > VAIN_MAX && tree.inVain > tree.found) return undefined;
    const leaf = lookUp(tape, tree.root);
    const subject = leaf === undefined ? learn(tape, tree) : leaf.subject;
    if (subject !== undefined) tree.found += 1;
    return subject;
  };
}

function lookUp(tape: Tape, root: Node | undefined): Knows | undefined {
  let node = root;
  while (node !== undefined && node.kind === "asks") {
    const value = tape.id(node.leaf);
    if (value !== node.lastValue) {
      node.last = node.byValue.get(value);
      node.lastValue = value;
    }
    node = node.last;
  }
  return node;
}

interface Learnt {
  readonly path: readonly number[];
  readonly values: readonly number[];
  readonly subject: LineSubject | undefined;
}

/** The tree with one more path. What was read first is read first in all events of the shape, so paths never part but by a value. */
function grown(node: Node | undefined, learnt: Learnt, at = 0): Node {
  const leaf = learnt.path[at];
  const value = learnt.values[at];
  if (leaf === undefined || value === undefined) return { kind: "knows", subject: learnt.subject };
  const asks: Asks =
    node?.kind === "asks" && node.leaf === leaf
      ? node
      : { kind: "asks", leaf, byValue: new Map(), lastValue: -1, last: undefined };
  asks.byValue.set(value, grown(asks.byValue.get(value), learnt, at + 1));
  asks.lastValue = -1;
  asks.last = undefined;
  return asks;
}

interface Understood {
  readonly subject: LineSubject | undefined;
  /** Leaves whose values decided it, in the order in which they were read. */
  readonly reads: readonly number[];
}

function makeUnderstand({ mappings, views }: Knowing): (tape: Tape) => Understood {
  const lens = makeLens();
  const read = makeReadings({ recognise: makeRecognise(mappings, lens), meaningOf: routeOf });
  let timed = false;
  const bare = recordOf(new Uint8Array(), { format: "json", position: 1, receivedAt: instant(0) });
  const { receivedAt, ...rest } = bare;
  const record: RawRecord = {
    ...rest,
    // What was read in the light of the time of receipt may be read otherwise at another time.
    get receivedAt() {
      timed = true;
      return receivedAt;
    },
  };
  const subjectIn = (raw: JsonObject): LineSubject | undefined => {
    try {
      const [decoded, ...others] = decodeValue(raw, []);
      if (decoded === undefined || others.length > 0 || decoded.raw !== raw) return undefined;
      if (decoded.form !== "json" || decoded.time !== undefined || decoded.remarks.length > 0) return undefined;
      const [reading, ...more] = read(record, decoded);
      const subject = reading && subjectOf(reading, views);
      return subject?.raw === raw && more.length === 0 && !timed ? subject : undefined;
    } catch {
      return undefined; // Objects will tell.
    }
  };
  return (tape) => {
    timed = false;
    const reads = lens.begin(tape);
    const subject = subjectIn(tape.shape.raw);
    tape.reads = undefined;
    return { subject, reads };
  };
}

/** Notes what is read, but for values that are only asked for being there: the shape says that. */
function makeLens(): Lens & { readonly begin: (tape: Tape) => readonly number[] } {
  let noted: number[] = [];
  let leaves: Shape["leaves"] = [];
  let late = 0;
  return {
    begin(tape) {
      noted = [];
      leaves = tape.shape.leaves;
      tape.reads = noted;
      return noted;
    },
    reads: {
      presence(read) {
        const [before, lateBefore] = [noted.length, late];
        const value = read();
        // What lies within a list, or in the envelope, is there or not as values will have it.
        const byShape = late === lateBefore && noted.every((leaf, at) => at < before || leaves[leaf]?.kind !== "list");
        if (byShape) noted.length = before;
        return value;
      },
    },
    envelopeOf: ({ channel, provider, id, time }) => ({
      EventID: id ?? null,
      Channel: channel,
      Provider_Name: provider,
      get TimeCreated_SystemTime() {
        late += 1;
        return time() ?? null;
      },
    }),
  };
}
