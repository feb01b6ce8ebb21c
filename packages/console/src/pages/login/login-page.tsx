import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { call } from "../../api/client.ts";
import { meQuery } from "../../api/queries.ts";
import { Mark } from "../../shell/rail.tsx";
import { Button } from "../../ui/button.tsx";
import { Failed, Loading } from "../../ui/state.tsx";
import { linkOf } from "./link-of.ts";

/** A one-time link signs in by itself; its secret leaves the address bar before anything else happens. */
export function LoginPage() {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [text, setText] = useState("");
  const used = useRef(false);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (link: string) => call("login", { body: { link } }),
    onSuccess: (me) => {
      client.setQueryData(meQuery.queryKey, me);
      void navigate({ to: "/", replace: true });
    },
  });
  useEffect(() => {
    const link = linkOf(window.location.hash);
    if (link === undefined || used.current) return;
    used.current = true;
    window.history.replaceState(window.history.state, "", "/login");
    mutate(link);
  }, [mutate]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const link = linkOf(text);
    if (link !== undefined) mutate(link);
  };
  return (
    <main className="login">
      <div className="login-card">
        <h1>
          <Mark /> Cordon
        </h1>
        {isPending ? (
          <Loading what="your session" />
        ) : (
          <form onSubmit={submit} className="stack">
            {error && <Failed error={error} />}
            <p>Open the one-time link that the server printed when it started, or paste it here.</p>
            <label className="field">
              One-time link
              <input
                type="password"
                autoComplete="off"
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            </label>
            <Button submit look="primary" disabled={linkOf(text) === undefined}>
              Sign in
            </Button>
            <p className="muted small">
              A link works once. <code>cordon token link</code> on the server prints a new one.
            </p>
          </form>
        )}
      </div>
    </main>
  );
}
