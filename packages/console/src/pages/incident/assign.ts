import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../../api/client.ts";
import { useToasts } from "../../ui/toast.tsx";

export function useAssign() {
  const client = useQueryClient();
  const { say, fail } = useToasts();
  return useMutation({
    mutationFn: ({ id, person }: { readonly id: string; readonly person: string | null }) =>
      call("assignIncident", { params: { id }, body: { person } }),
    onSuccess: (incident) => {
      client.setQueryData(["incident", incident.id], incident);
      void client.invalidateQueries({ queryKey: ["incidents"] });
      say(
        incident.assignee === undefined
          ? `${incident.id} is nobody's now.`
          : `${incident.id} is with ${incident.assignee}.`,
      );
    },
    onError: fail,
  });
}
