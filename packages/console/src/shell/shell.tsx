/** The frame around every page: rail, top bar, banners, the event drawer, and the keys that work everywhere. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Outlet, useLocation, useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import { LiveProvider } from "../api/live-provider.tsx";
import { isStatus } from "../api/problem.ts";
import { meQuery } from "../api/queries.ts";
import { EventDrawer } from "../pages/event/event-drawer.tsx";
import { useKeys } from "../ui/keys.tsx";
import { Failed, Loading } from "../ui/state.tsx";
import { Help } from "./help.tsx";
import { Palette } from "./palette.tsx";
import { Rail } from "./rail.tsx";
import { TopBar } from "./top-bar.tsx";

export function Shell() {
  const { pathname } = useLocation();
  if (pathname === "/login") return <Outlet />;
  return <SignedIn />;
}

function SignedIn() {
  const me = useQuery(meQuery);
  const navigate = useNavigate();
  const client = useQueryClient();
  const signedOut = useCallback(() => {
    client.clear();
    void navigate({ to: "/login" });
  }, [client, navigate]);
  if (isStatus(me.error, 401)) return <SignInAsked go={signedOut} />;
  if (me.data === undefined) {
    if (!me.error) return <Loading what="Cordon" />;
    return <Failed error={me.error} again={() => void me.refetch()} />;
  }
  return (
    <LiveProvider signedOut={signedOut}>
      <Frame />
    </LiveProvider>
  );
}

function SignInAsked({ go }: { readonly go: () => void }) {
  // The address is kept by the browser's history; signing in again needs a new link anyway.
  useState(() => queueMicrotask(go));
  return <Loading what="sign-in" />;
}

function Frame() {
  const [help, setHelp] = useState(false);
  const { event } = useSearch({ from: "__root__" });
  const me = useQuery(meQuery).data;
  useGoKeys(() => setHelp(true));
  return (
    <div className={event === undefined ? "frame" : "frame frame-drawer"}>
      <a href="#main" className="skip">
        Skip to the page
      </a>
      <Rail />
      <div className="stage">
        <TopBar onHelp={() => setHelp(true)} />
        {me?.killSwitch && (
          <div className="banner tone-bad" role="alert">
            <b>Kill switch is on.</b> No new action leaves Cordon until someone switches it off in the top bar.
          </div>
        )}
        <main id="main" className="main" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      {event !== undefined && <EventDrawer id={event} />}
      {help && <Help onClose={() => setHelp(false)} />}
      <Palette />
    </div>
  );
}

function useGoKeys(help: () => void): void {
  const navigate = useNavigate();
  useKeys({
    "?": help,
    "g q": () => void navigate({ to: "/" }),
    "g a": () => void navigate({ to: "/approvals" }),
    "g s": () => void navigate({ to: "/search" }),
    "g r": () => void navigate({ to: "/rules" }),
    "g h": () => void navigate({ to: "/models/health" }),
    "g m": () => void navigate({ to: "/models/registry" }),
    "g f": () => void navigate({ to: "/files" }),
    "g i": () => void navigate({ to: "/intel" }),
    "g t": () => void navigate({ to: "/status" }),
    "g p": () => void navigate({ to: "/playbooks" }),
    "/": () => {
      const field = document.querySelector<HTMLInputElement>("[data-search]");
      field?.focus();
      field?.select();
    },
  });
}
