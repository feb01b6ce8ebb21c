/** Which methods a path takes: a wrong one is told so, instead of that there is no such path. */
import type { RouteSpec } from "@cordon/model/api/routes";

/** The answer is empty where no route of the table has that path. HEAD goes wherever GET goes. */
export function makeMethodsOf(
  routes: readonly Pick<RouteSpec, "method" | "path">[],
): (path: string) => readonly string[] {
  const byShape = new Map<number, { readonly parts: readonly string[]; readonly methods: string[] }[]>();
  for (const { method, path } of routes) {
    const parts = path.split("/").slice(1);
    const alike = byShape.get(parts.length) ?? [];
    byShape.set(parts.length, alike);
    const known = alike.find((each) => each.parts.join("/") === parts.join("/"));
    const methods = known?.methods ?? [];
    if (known === undefined) alike.push({ parts, methods });
    methods.push(...(method === "GET" ? ["GET", "HEAD"] : [method]));
  }
  return (path) => {
    if (!path.startsWith(PREFIX)) return [];
    const parts = path.slice(PREFIX.length).split("/");
    const fits = (byShape.get(parts.length) ?? []).filter((each) => leads(each.parts, parts));
    return [...new Set(fits.flatMap(({ methods }) => methods))];
  };
}

const PREFIX = "/api/v1/";

const leads = (pattern: readonly string[], parts: readonly string[]): boolean =>
  pattern.every((part, at) => (part.startsWith("{") ? parts[at] !== "" : part === parts[at]));
