import { ROLES, type Role, type WireToken } from "@cordon/model/api/system";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { call } from "../../api/client.ts";
import { tokensQuery } from "../../api/queries.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Copy } from "../../ui/copy.tsx";
import { Section } from "../../ui/facts.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Failed, Loaded } from "../../ui/state.tsx";
import { Time } from "../../ui/time.tsx";
import { useToasts } from "../../ui/toast.tsx";

export function TokensPage() {
  const ask = useQuery(tokensQuery);
  return (
    <div className="page page-narrow">
      <header className="page-head">
        <h1>Tokens</h1>
        <span className="muted">For programs: senders of logs (role ingest) and the command line.</span>
      </header>
      <NewToken />
      <Loaded ask={ask} what="tokens">
        {({ items }) => <TokenTable tokens={items} />}
      </Loaded>
    </div>
  );
}

const ROLE_MEANS: Readonly<Record<Role, string>> = {
  viewer: "reads everything",
  analyst: "also closes, notes, assigns",
  approver: "also approves actions",
  admin: "also manages tokens",
  ingest: "only sends logs",
};

function NewToken() {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("ingest");
  const [days, setDays] = useState("90");
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: () =>
      call("createToken", {
        body: { name: name.trim(), role, ...(days === "" ? {} : { expiresInDays: Number(days) }) },
      }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: tokensQuery.queryKey });
      setName("");
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Section title="New token">
      <form onSubmit={submit} className="row wrap align-end">
        <label className="field">
          Name
          <input
            required
            maxLength={100}
            value={name}
            placeholder="rsyslog on edge-1"
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label className="field">
          Role
          <select
            value={role}
            onChange={(event) => setRole(ROLES.find((known) => known === event.target.value) ?? "viewer")}
          >
            {ROLES.map((known) => (
              <option key={known} value={known}>
                {known}: {ROLE_MEANS[known]}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          Days until it expires
          <input type="number" min={1} max={3_650} value={days} onChange={(event) => setDays(event.target.value)} />
        </label>
        <Button submit look="primary" disabled={name.trim() === "" || make.isPending}>
          Make token
        </Button>
      </form>
      {make.error && <Failed error={make.error} />}
      {make.data && (
        <div className="notice tone-good" role="status">
          <div>
            <b>Copy it now: it is shown only once.</b>
            <p className="command">
              <code className="break">{make.data.secret}</code>
              <Copy what="the token" text={() => make.data.secret} />
            </p>
          </div>
        </div>
      )}
    </Section>
  );
}

function TokenTable({ tokens }: { readonly tokens: readonly WireToken[] }) {
  const client = useQueryClient();
  const { say, fail } = useToasts();
  const revoke = useMutation({
    mutationFn: (id: string) => call("revokeToken", { params: { id } }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: tokensQuery.queryKey });
      say("The token is revoked.");
    },
    onError: fail,
  });
  return (
    <table className="table">
      <thead>
        <tr>
          <th>Name</th>
          <th>Role</th>
          <th>Made</th>
          <th>Last used</th>
          <th>Expires</th>
          <th>
            <span className="sr">Withdraw</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {tokens.map((token) => (
          <tr key={token.id}>
            <td>
              <LogText text={token.name} />
            </td>
            <td>
              <Badge>{token.role}</Badge>
            </td>
            <td>
              <Time at={token.createdAt} relative="only" />
            </td>
            <td>
              {token.lastUsedAt === undefined ? (
                <span className="muted">never</span>
              ) : (
                <Time at={token.lastUsedAt} relative="only" />
              )}
            </td>
            <td>
              {token.expiresAt === undefined ? (
                <span className="muted">never</span>
              ) : (
                <Time at={token.expiresAt} relative="only" />
              )}
            </td>
            <td className="num">
              <Button small look="ghost" onClick={() => revoke.mutate(token.id)}>
                Revoke
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
