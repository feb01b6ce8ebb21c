/** What a page shows instead of data: loading, empty, failed. Each says what to do next. */
import type { ReactNode } from "react";
import { shownProblem } from "../api/problem.ts";
import { Button } from "./button.tsx";
import { Icon, type IconName } from "./icon.tsx";

export function Loading({ what }: { readonly what: string }) {
  return (
    <div className="state" role="status">
      <span className="spinner" aria-hidden="true" /> Loading {what}…
    </div>
  );
}

export function Empty(props: { readonly icon?: IconName; readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="state state-empty">
      <span className="state-sign">
        <Icon name={props.icon ?? "check"} size={28} />
      </span>
      <h2>{props.title}</h2>
      {props.children}
    </div>
  );
}

export function Failed({ error, again }: { readonly error: unknown; readonly again?: () => void }) {
  const { code, message, fix } = shownProblem(error);
  return (
    <div className="notice tone-bad" role="alert">
      <Icon name="alert" />
      <div>
        <b>{message}</b>
        {fix && <p>{fix}</p>}
        <p className="muted small mono">{code}</p>
      </div>
      {again && (
        <Button small onClick={again}>
          Try again
        </Button>
      )}
    </div>
  );
}

interface AskState<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

/** Data when there is some (an old answer beats none), else why not. */
export function Loaded<T>(props: {
  readonly ask: AskState<T>;
  readonly what: string;
  readonly children: (data: T) => ReactNode;
}) {
  const { data, error, refetch } = props.ask;
  if (data !== undefined) return props.children(data);
  if (error) return <Failed error={error} again={() => void refetch()} />;
  return <Loading what={props.what} />;
}
