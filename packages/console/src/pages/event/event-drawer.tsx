import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { eventQuery } from "../../api/queries.ts";
import { Copy } from "../../ui/copy.tsx";
import { Drawer } from "../../ui/drawer.tsx";
import { Loaded, Loading } from "../../ui/state.tsx";

const EventView = lazy(async () => ({ default: (await import("./event-view.tsx")).EventView }));

/** The event beside the page that cites it; the page keeps its place. */
export function EventDrawer({ id }: { readonly id: string }) {
  const ask = useQuery(eventQuery(id));
  const navigate = useNavigate();
  const close = () => void navigate({ to: ".", search: (before) => ({ ...before, event: undefined }) });
  return (
    <Drawer
      label="Evidence"
      title="Event"
      onClose={close}
      actions={
        <>
          <Link to="/events/$id" params={{ id }} className="btn btn-ghost btn-small" title="Open as its own page">
            Open page
          </Link>
          <Copy what="the link to this event" text={() => `${window.location.origin}/events/${id}`} />
        </>
      }
    >
      <Loaded ask={ask} what="event">
        {(detail) => (
          <Suspense fallback={<Loading what="event" />}>
            <EventView detail={detail} />
          </Suspense>
        )}
      </Loaded>
    </Drawer>
  );
}
