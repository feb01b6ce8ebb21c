/** A map that keeps what was used last, up to a number; the same uses leave the same entries on every machine. */
export interface Bounded<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  entries(): readonly (readonly [string, T])[];
  fill(entries: readonly (readonly [string, T])[]): void;
}

export function makeBounded<T>(most: number): Bounded<T> {
  let kept = new Map<string, T>();
  const put = (key: string, value: T): void => {
    kept.delete(key);
    kept.set(key, value);
    if (kept.size <= most) return;
    const [oldest] = kept.keys();
    if (oldest !== undefined) kept.delete(oldest);
  };
  return {
    get: (key) => {
      const value = kept.get(key);
      if (value !== undefined) put(key, value);
      return value;
    },
    set: put,
    entries: () => [...kept],
    fill: (entries) => {
      kept = new Map(entries.slice(-most));
    },
  };
}
