/** Work that is done in steps of some milliseconds: who drives it may let others have their turn in between. */

/** What comes last is the result. */
export type Steps<T> = Generator<void, T>;

/** Rules or atoms in one step: the most expensive hundred of the public corpus take a few milliseconds. */
const STEP = 128;

/** `map`, in steps. */
export function* mapInSteps<T, R>(list: readonly T[], make: (one: T) => R): Steps<R[]> {
  const made: R[] = [];
  for (let from = 0; from < list.length; from += STEP) {
    if (from > 0) yield;
    for (const one of list.slice(from, from + STEP)) made.push(make(one));
  }
  return made;
}

export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
