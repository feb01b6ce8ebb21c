/** Values kept by key until their weights sum up to more than `weightMax`; the one used longest ago leaves first. */
export interface WeightedCache<V> {
  get(key: string): V | undefined;
  /** A value heavier than the whole cache is not kept. */
  put(key: string, value: V, weight: number): void;
}

export function makeWeightedCache<V>(weightMax: number): WeightedCache<V> {
  const held = new Map<string, { readonly value: V; readonly weight: number }>();
  let sum = 0;
  const drop = (key: string): void => {
    sum -= held.get(key)?.weight ?? 0;
    held.delete(key);
  };
  return {
    get(key) {
      const found = held.get(key);
      if (found === undefined) return undefined;
      held.delete(key);
      held.set(key, found);
      return found.value;
    },
    put(key, value, weight) {
      drop(key);
      if (weight > weightMax) return;
      held.set(key, { value, weight });
      sum += weight;
      for (const oldest of held.keys()) {
        if (sum <= weightMax) return;
        drop(oldest);
      }
    },
  };
}
