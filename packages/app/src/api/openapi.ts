/** OpenAPI 3.1 from the route table: the same zod shapes that check requests describe them. */

import { zProblem } from "@cordon/model/api/nouns";
import { ROUTES, type RouteName, type RouteSpec } from "@cordon/model/api/routes";
import { z } from "zod";

type Doc = Record<string, unknown>;

export function openApi(version: string): Doc {
  const components: Doc = {};
  const paths: Record<string, Doc> = {};
  for (const [name, spec] of Object.entries(ROUTES) as [RouteName, RouteSpec][]) {
    const path = paths[`/api/v1${spec.path}`] ?? {};
    path[spec.method.toLowerCase()] = operation(name, spec, components);
    paths[`/api/v1${spec.path}`] = path;
  }
  schemaOf(zProblem, "output", components);
  return {
    openapi: "3.1.0",
    info: {
      title: "Cordon",
      version,
      description:
        "Incidents, evidence, approvals and actions of one Cordon. Times are milliseconds since 1970 in UTC.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        token: { type: "http", scheme: "bearer" },
        session: { type: "apiKey", in: "cookie", name: "cordon_session" },
      },
    },
  };
}

function operation(name: string, spec: RouteSpec, components: Doc): Doc {
  const parameters = [...pathParameters(spec.path), ...queryParameters(spec, components)];
  return {
    operationId: name,
    summary: spec.summary,
    description: `Least role: ${spec.role}.`,
    ...(spec.role === "public" ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...requestBody(spec, components),
    responses: {
      "200": {
        description: "OK",
        content: answerContent(spec, schemaOf(spec.answer, "output", components)),
      },
      default: {
        description: "Problem",
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
  };
}

/** Reports that take a `format` answer in Markdown as well. */
function answerContent(spec: RouteSpec, schema: Doc): Doc {
  const media = spec.media ?? "application/json";
  if (media === "text/event-stream") return { [media]: { schema: eventOf(schema) } };
  const formats = spec.query === undefined ? {} : (z.toJSONSchema(spec.query, { io: "input" }).properties ?? {});
  return {
    [media]: { schema },
    ...(media === "text/html" && "format" in formats ? { "text/markdown": { schema } } : {}),
  };
}

/** As OpenAPI 3.2 says it: one server-sent event, whose data is JSON in a text. */
const eventOf = (data: Doc): Doc => ({
  type: "object",
  properties: {
    id: { type: "string" },
    event: { type: "string", enum: ["hello", "entry", "reset"] },
    data: { type: "string", contentMediaType: "application/json", contentSchema: data },
  },
  required: ["data"],
});

function requestBody(spec: RouteSpec, components: Doc): Doc {
  if (spec.raw !== undefined) {
    const kinds = Object.entries(spec.raw);
    const content = kinds.map(([media, kind]) => [media, { schema: kind === "text" ? { type: "string" } : {} }]);
    return { requestBody: { required: true, content: Object.fromEntries(content) } };
  }
  if (spec.body === undefined) return {};
  return {
    requestBody: {
      required: true,
      content: { "application/json": { schema: schemaOf(spec.body, "input", components) } },
    },
  };
}

function pathParameters(path: string): Doc[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => ({
    name: match[1],
    in: "path",
    required: true,
    schema: { type: "string", minLength: 1, maxLength: 200 },
  }));
}

function queryParameters(spec: RouteSpec, components: Doc): Doc[] {
  if (spec.query === undefined) return [];
  const schema = schemaOf(spec.query, "input", components);
  const properties = (schema.properties ?? {}) as Record<string, Doc>;
  const required = new Set((schema.required ?? []) as string[]);
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: "query",
    required: required.has(name),
    schema: property,
    ...(typeof property.description === "string" ? { description: property.description } : {}),
  }));
}

/** The schema with its named parts moved into `components` and referred to there. */
function schemaOf(schema: z.ZodType, io: "input" | "output", components: Doc): Doc {
  const made = z.toJSONSchema(schema, { io, unrepresentable: "any", target: "draft-2020-12" }) as Doc;
  const defs = (made.$defs ?? {}) as Record<string, Doc>;
  for (const [name, def] of Object.entries(defs)) components[name] ??= clean(def);
  const id = z.globalRegistry.get(schema)?.id;
  const own = clean(made);
  if (id === undefined) return own;
  components[id] ??= own;
  return { $ref: `#/components/schemas/${id}` };
}

function clean(value: unknown): Doc {
  return rewrite(value) as Doc;
}

function rewrite(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewrite);
  if (typeof value !== "object" || value === null) return value;
  const uniform = uniformTuple(value as Doc);
  if (uniform !== undefined) return rewrite(uniform);
  const result: Doc = {};
  for (const [key, member] of Object.entries(value)) {
    if (key === "$defs" || key === "$schema" || (key === "id" && typeof member === "string" && "type" in value))
      continue;
    result[key] =
      key === "$ref" && typeof member === "string"
        ? member.replace("#/$defs/", "#/components/schemas/")
        : rewrite(member);
  }
  return result;
}

/** A tuple of like members as a list of fixed length: tools of older drafts do not know `prefixItems`. */
function uniformTuple({ prefixItems, ...rest }: Doc): Doc | undefined {
  if (!Array.isArray(prefixItems)) return undefined;
  const [first, ...others] = prefixItems.map((member) => JSON.stringify(member));
  return first !== undefined && others.every((member) => member === first)
    ? { ...rest, items: prefixItems[0] }
    : undefined;
}
