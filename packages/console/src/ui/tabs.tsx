import { type KeyboardEvent, type ReactNode, useRef } from "react";

export interface Tab<K extends string> {
  readonly key: K;
  readonly word: string;
  readonly count?: number;
  readonly attention?: boolean;
}

interface Props<K extends string> {
  readonly label: string;
  readonly tabs: readonly Tab<K>[];
  readonly at: K;
  readonly go: (key: K) => void;
  readonly children: ReactNode;
}

/** Tabs as in the ARIA practices: arrows move, Home and End jump, one tab stop. */
export function Tabs<K extends string>({ label, tabs, at, go, children }: Props<K>) {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const index = tabs.findIndex((tab) => tab.key === at);
    const target = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const tab = target === undefined ? undefined : tabs[(target + tabs.length) % tabs.length];
    if (tab === undefined) return;
    event.preventDefault();
    go(tab.key);
    list.current?.querySelector<HTMLElement>(`#tab-${tab.key}`)?.focus();
  };
  return (
    <div className="tabs">
      <div ref={list} role="tablist" aria-label={label} className="tab-list" onKeyDown={move}>
        {tabs.map((tab) => (
          <button
            key={tab.key}
            id={`tab-${tab.key}`}
            type="button"
            role="tab"
            aria-selected={tab.key === at}
            aria-controls="tab-panel"
            tabIndex={tab.key === at ? 0 : -1}
            className="tab"
            onClick={() => go(tab.key)}
          >
            {tab.word}
            {tab.count !== undefined && (
              <span className={tab.attention ? "count count-hot" : "count"}>{tab.count}</span>
            )}
          </button>
        ))}
      </div>
      <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${at}`} className="tab-panel">
        {children}
      </div>
    </div>
  );
}
