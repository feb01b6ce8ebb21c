import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { eventQuery } from "../../api/queries.ts";
import { Loaded } from "../../ui/state.tsx";
import { EventView } from "./event-view.tsx";

const route = getRouteApi("/events/$id");

export function EventPage() {
  const { id } = route.useParams();
  const ask = useQuery(eventQuery(id));
  return (
    <div className="page page-narrow">
      <header className="page-head">
        <h1>Event</h1>
      </header>
      <Loaded ask={ask} what="event">
        {(detail) => <EventView detail={detail} />}
      </Loaded>
    </div>
  );
}
