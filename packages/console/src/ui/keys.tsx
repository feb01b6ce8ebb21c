/**
 * Keyboard. One listener; the newest layer of bindings wins, so an open drawer takes Escape before the page does.
 * K1. Nothing fires while a person types in a field, holds Ctrl, Alt or Meta, or has switched shortcuts off.
 * K2. `g q` is two keys within a second; the first of them never fires a binding of its own.
 */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef } from "react";
import { useSettings } from "./settings.tsx";

export type Bindings = Readonly<Record<string, (event: KeyboardEvent) => void>>;
type Layer = { current: Bindings };

const PREFIX_MS = 1_000;
const KeysContext = createContext<{ readonly layers: Set<Layer> }>({ layers: new Set() });

export function KeysProvider(props: { readonly children: ReactNode }) {
  const { shortcuts } = useSettings();
  const door = useMemo(() => ({ layers: new Set<Layer>() }), []);
  useEffect(() => {
    if (!shortcuts) return;
    let prefixUntil = 0;
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event)) return;
      const key = prefixUntil > event.timeStamp ? `g ${event.key}` : event.key;
      const mayPrefix = event.key === "g" && prefixUntil <= event.timeStamp;
      prefixUntil = mayPrefix ? event.timeStamp + PREFIX_MS : 0;
      if (mayPrefix) return;
      const binding = [...door.layers].reverse().find((layer) => layer.current[key] !== undefined)?.current[key];
      if (binding === undefined) return;
      event.preventDefault();
      binding(event);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [door, shortcuts]);
  return <KeysContext value={door}>{props.children}</KeysContext>;
}

function isTyping(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest("dialog") !== null) return true;
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return true;
  return (event.key === "Enter" || event.key === " ") && target.closest("a,button,summary,[role=button]") !== null;
}

export function useKeys(bindings: Bindings, on = true): void {
  const { layers } = useContext(KeysContext);
  const layer = useRef(bindings);
  useEffect(() => {
    layer.current = bindings;
  });
  useEffect(() => {
    if (!on) return;
    layers.add(layer);
    return () => void layers.delete(layer);
  }, [layers, on]);
}
