import { type ReactNode, useEffect, useRef } from "react";
import { Button } from "./button.tsx";
import { useKeys } from "./keys.tsx";

interface Props {
  readonly title: ReactNode;
  readonly label: string;
  readonly onClose: () => void;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A side sheet that does not block the page: the queue behind it stays usable. Escape closes it, focus goes back. */
export function Drawer({ title, label, onClose, actions, children }: Props) {
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    ref.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  useKeys({ Escape: onClose });
  return (
    <aside ref={ref} className="drawer" aria-label={label} tabIndex={-1}>
      <header className="drawer-head">
        <h2>{title}</h2>
        <div className="row gap-1">
          {actions}
          <Button look="ghost" icon="close" aria-label="Close" onClick={onClose} />
        </div>
      </header>
      <div className="drawer-body">{children}</div>
    </aside>
  );
}
