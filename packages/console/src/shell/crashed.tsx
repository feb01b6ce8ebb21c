import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { Empty, Failed } from "../ui/state.tsx";

/** A page that broke takes only itself down: the rail, the kill switch and the other pages stay. */
export function Crashed({ error, reset }: ErrorComponentProps) {
  return (
    <div className="page">
      <Failed error={error} again={reset} />
    </div>
  );
}

export function NotFound() {
  return (
    <Empty icon="search" title="There is no such page">
      <p>
        <Link to="/">Back to the queue</Link>
      </p>
    </Empty>
  );
}
