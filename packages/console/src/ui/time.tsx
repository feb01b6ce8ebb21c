import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { absoluteTime, isoTime, relativeTime, spanText } from "../format/time-text.ts";
import { useSettings } from "./settings.tsx";

const NOW_MS = 10_000;
const NowContext = createContext(0);

/** One clock for the page: a thousand rows do not need a thousand timers. */
export function NowProvider(props: { readonly children: ReactNode }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), NOW_MS);
    return () => window.clearInterval(timer);
  }, []);
  return <NowContext value={now}>{props.children}</NowContext>;
}

export const useNow = (): number => useContext(NowContext);

export function Time({ at, relative }: { readonly at: number; readonly relative?: "only" | "both" }) {
  const { zone } = useSettings();
  const now = useNow();
  const text = absoluteTime(at, zone);
  const ago = relativeTime(at, now);
  return (
    <time dateTime={isoTime(at)} title={`${text} (${ago})`} className="time">
      {relative === "only" ? ago : text}
      {relative === "both" && <span className="muted"> {ago}</span>}
    </time>
  );
}

/** Time left until `until`, to the second in its last minutes. */
export function Countdown({ until, word }: { readonly until: number; readonly word: string }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 1_000);
    return () => window.clearInterval(timer);
  }, []);
  const left = until - now;
  return (
    <time dateTime={isoTime(until)} className={left < 300_000 ? "time soon" : "time"} title={isoTime(until)}>
      {left <= 0 ? `${word} now` : `${word} ${spanText(left)}`}
    </time>
  );
}
