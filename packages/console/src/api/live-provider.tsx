/** Joins the stream to the cache: what changed is asked again, lists at most once a second. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { type LiveMessage, type LiveState, startLive } from "./live.ts";

const LISTS_MS = 1_000;
const LiveContext = createContext<LiveState>("connecting");

export const useLiveState = (): LiveState => useContext(LiveContext);

const ACTION_KINDS: ReadonlySet<string> = new Set([
  "action-proposed",
  "grant-given",
  "grant-refused",
  "action-moved",
  "revert-asked",
  "closed",
]);

export function LiveProvider(props: { readonly signedOut: () => void; readonly children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>("connecting");
  const { signedOut } = props;
  useEffect(() => {
    const lists = listRefresher(client);
    const stop = startLive({
      state: setState,
      signedOut,
      reset: () => void client.invalidateQueries({}, { cancelRefetch: false }),
      batch: (messages) => {
        refreshIncidents(client, messages);
        lists.ask(messages.some((message) => ACTION_KINDS.has(message.kind)));
      },
    });
    return () => {
      stop();
      lists.end();
    };
  }, [client, signedOut]);
  return <LiveContext value={state}>{props.children}</LiveContext>;
}

function refreshIncidents(client: QueryClient, messages: readonly LiveMessage[]): void {
  for (const id of new Set(messages.map((message) => message.incident))) {
    for (const key of ["incident", "journal", "report"]) {
      void client.invalidateQueries({ queryKey: [key, id] }, { cancelRefetch: false });
    }
  }
}

/** Lists are the dear questions: one timer, at most one round a second, running questions are left to finish. */
function listRefresher(client: QueryClient) {
  let timer: number | undefined;
  let actions = false;
  const run = () => {
    timer = undefined;
    const keys = actions ? ["incidents", "approvals", "actions"] : ["incidents"];
    actions = false;
    for (const key of keys) void client.invalidateQueries({ queryKey: [key] }, { cancelRefetch: false });
  };
  return {
    ask: (alsoActions: boolean) => {
      actions ||= alsoActions;
      timer ??= window.setTimeout(run, LISTS_MS);
    },
    end: () => window.clearTimeout(timer),
  };
}
