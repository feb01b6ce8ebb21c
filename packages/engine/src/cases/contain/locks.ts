/** One at a time per name, in order of arrival: two incidents must not change one shared effect at once. */

export interface Locks {
  hold<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export function makeLocks(): Locks {
  const tails = new Map<string, Promise<unknown>>();
  return {
    async hold(name, work) {
      const before = tails.get(name) ?? Promise.resolve();
      const mine = before.then(work, work);
      // The chain must go on when one link fails; the failure itself reaches the caller through `mine`.
      const tail = mine.catch(() => undefined);
      tails.set(name, tail);
      try {
        return await mine;
      } finally {
        if (tails.get(name) === tail) tails.delete(name);
      }
    },
  };
}
