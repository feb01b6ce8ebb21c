/** What a person chose for this browser: theme, time zone, shortcuts. Kept in local storage, read once at start. */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import type { Zone } from "../format/time-text.ts";

export type Theme = "system" | "dark" | "light";
export interface Settings {
  readonly theme: Theme;
  readonly zone: Zone;
  readonly shortcuts: boolean;
}
interface SettingsDoor extends Settings {
  readonly change: (part: Partial<Settings>) => void;
}

const KEY = "cordon.settings";
const DEFAULTS: Settings = { theme: "system", zone: "utc", shortcuts: true };
const SettingsContext = createContext<SettingsDoor>({ ...DEFAULTS, change: () => undefined });

export const useSettings = (): SettingsDoor => useContext(SettingsContext);

export function parseSettings(text: string | null): Settings {
  try {
    const read: unknown = JSON.parse(text ?? "{}");
    const from: Partial<Record<keyof Settings, unknown>> = typeof read === "object" && read !== null ? read : {};
    return {
      theme: from.theme === "dark" || from.theme === "light" ? from.theme : "system",
      zone: from.zone === "local" ? "local" : "utc",
      shortcuts: from.shortcuts !== false,
    };
  } catch {
    return DEFAULTS;
  }
}

/** Called before the first paint too, so that a dark room stays dark. */
export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** Storage may be forbidden by the browser: then the defaults hold and choices last as long as the page. */
export function loadSettings(): Settings {
  try {
    return parseSettings(window.localStorage.getItem(KEY));
  } catch {
    return DEFAULTS;
  }
}

function saveSettings(settings: Settings): void {
  try {
    window.localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // As above: not being able to remember is no reason to fail.
  }
}

export function SettingsProvider(props: { readonly children: ReactNode }) {
  const [settings, setSettings] = useState(loadSettings);
  useEffect(() => applyTheme(settings.theme), [settings.theme]);
  const change = useCallback((part: Partial<Settings>) => {
    setSettings((before) => {
      const after = { ...before, ...part };
      saveSettings(after);
      return after;
    });
  }, []);
  const door = useMemo(() => ({ ...settings, change }), [settings, change]);
  return <SettingsContext value={door}>{props.children}</SettingsContext>;
}
