import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from "react";
import { shownProblem } from "../api/problem.ts";
import { Icon } from "./icon.tsx";

interface Toast {
  readonly id: number;
  readonly tone: "good" | "bad";
  readonly text: string;
}
interface Toasts {
  readonly say: (text: string) => void;
  readonly fail: (error: unknown) => void;
}

const SHOWN_MS = 6_000;
/** More than this at once is noise: the oldest goes. */
const TOASTS_MAX = 3;
const ToastContext = createContext<Toasts>({ say: () => undefined, fail: () => undefined });

export const useToasts = (): Toasts => useContext(ToastContext);

export function ToastProvider(props: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const next = useRef(0);
  const add = useCallback((tone: Toast["tone"], text: string) => {
    next.current += 1;
    const id = next.current;
    setToasts((before) => [...before, { id, tone, text }].slice(-TOASTS_MAX));
    window.setTimeout(() => setToasts((before) => before.filter((toast) => toast.id !== id)), SHOWN_MS);
  }, []);
  const say = useCallback((text: string) => add("good", text), [add]);
  const fail = useCallback(
    (error: unknown) => {
      const { message, fix } = shownProblem(error);
      add("bad", fix === undefined ? message : `${message} ${fix}`);
    },
    [add],
  );
  return (
    <ToastContext value={{ say, fail }}>
      {props.children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map((toast) => (
          <div key={toast.id} className={`toast tone-${toast.tone}`}>
            <Icon name={toast.tone === "good" ? "check" : "alert"} /> {toast.text}
          </div>
        ))}
      </div>
    </ToastContext>
  );
}
