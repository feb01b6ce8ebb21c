import type { WireMe } from "@cordon/model/api/system";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { call } from "../api/client.ts";
import { Button } from "../ui/button.tsx";
import { useSettings } from "../ui/settings.tsx";
import { useToasts } from "../ui/toast.tsx";

export function PersonMenu({ me }: { readonly me: WireMe }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const { fail } = useToasts();
  const { shortcuts, change } = useSettings();
  const leave = useMutation({
    mutationFn: () => call("logout"),
    onSuccess: () => {
      client.clear();
      void navigate({ to: "/login" });
    },
    onError: fail,
  });
  return (
    <details className="menu">
      <summary>
        <span className="face" aria-hidden="true">
          {me.name.slice(0, 1).toUpperCase()}
        </span>
        <span className="sr">Signed in as </span>
        <span className="menu-name">{me.name}</span>
      </summary>
      <div className="menu-body">
        <p>
          <b>{me.name}</b> <span className="muted">{me.role}</span>
        </p>
        <label className="check">
          <input
            type="checkbox"
            checked={shortcuts}
            onChange={(event) => change({ shortcuts: event.target.checked })}
          />
          Single-key shortcuts
        </label>
        <Button small icon="out" onClick={() => leave.mutate()}>
          Sign out
        </Button>
      </div>
    </details>
  );
}
