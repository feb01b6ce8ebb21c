/** What a role may do, read from the route table. Only for showing: the server decides. */
import { ROUTES, type RouteName } from "@cordon/model/api/routes";
import type { Role } from "@cordon/model/api/system";

const RISING: readonly string[] = ["viewer", "analyst", "approver", "admin"];

export function mayAct(role: Role, route: RouteName): boolean {
  const needed: string = ROUTES[route].role;
  if (needed === "public") return true;
  if (needed === "ingest" || role === "ingest") return needed === role;
  return RISING.indexOf(role) >= RISING.indexOf(needed);
}
