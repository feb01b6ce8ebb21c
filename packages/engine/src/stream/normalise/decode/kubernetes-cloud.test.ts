import type { JsonObject } from "@cordon/model/json";
import { describe, expect, it } from "vitest";
import { kubernetesOfCloud } from "./kubernetes-cloud.ts";

const gke = (methodName: unknown, resourceName: unknown, more: JsonObject = {}): JsonObject => ({
  protoPayload: { serviceName: "k8s.io", methodName, resourceName, ...more } as JsonObject,
});

const NOTHING: { readonly raw: JsonObject } = { raw: {} };

describe("an audit event of a cluster in a cloud", () => {
  it.each<readonly [string, string, JsonObject]>([
    [
      "io.k8s.core.v1.pods.exec.create",
      "core/v1/namespaces/default/pods/nginx/exec",
      { apiVersion: "v1", resource: "pods", subresource: "exec", namespace: "default", name: "nginx" },
    ],
    [
      "io.k8s.authorization.rbac.v1.clusterrolebindings.create",
      "rbac.authorization.k8s.io/v1/clusterrolebindings/helper",
      { apiVersion: "v1", apiGroup: "authorization.rbac", resource: "clusterrolebindings", name: "helper" },
    ],
    ["io.k8s.core.v1.secrets.list", "core/v1/secrets", { apiVersion: "v1", resource: "secrets" }],
    [
      "io.k8s.core.v1.namespaces.delete",
      "core/v1/namespaces/prod",
      { apiVersion: "v1", resource: "namespaces", namespace: "prod", name: "prod" },
    ],
    [
      "com.example.v1beta1.things.update",
      "example.com/v1beta1/namespaces/pods/things/pods",
      { apiVersion: "v1beta1", apiGroup: "com.example", resource: "things", namespace: "pods", name: "pods" },
    ],
  ])("of GKE: %s", (method, resource, objectRef) => {
    const { raw } = kubernetesOfCloud(gke(method, resource), []) ?? NOTHING;
    expect(raw.objectRef).toEqual(objectRef);
    expect(raw.verb).toBe(method.slice(method.lastIndexOf(".") + 1));
  });

  it.each<readonly [JsonObject, number]>([
    [{}, 200],
    [{ status: {} }, 200],
    [{ status: { code: 7 } }, 403],
    [{ status: { code: 13 } }, 500],
  ])("of GKE answers as the API server does: %j", (more, code) => {
    const { raw } = kubernetesOfCloud(gke("io.k8s.core.v1.pods.get", "core/v1/x", more), []) ?? NOTHING;
    expect(raw.responseStatus).toEqual({ code });
  });

  it("of AKS is opened, and says where it was", () => {
    const inner = { auditID: "a", verb: "get", objectRef: { resource: "pods" }, n: 1 };
    const record = { category: "kube-audit", resourceId: "/x", properties: { log: JSON.stringify(inner) } };
    expect(kubernetesOfCloud(record, ["odd"])).toEqual({
      raw: { ...inner, aks: { category: "kube-audit", resourceId: "/x" } },
      remarks: ["odd"],
    });
    const text = { ...record, properties: JSON.stringify(record.properties) };
    expect(kubernetesOfCloud(text, [])?.raw.auditID).toBe("a");
  });

  it.each<readonly [string, JsonObject]>([
    ["another category", { category: "guard", properties: { log: '{"verb":"get"}' } }],
    ["no text", { category: "kube-audit", properties: { log: 7 } }],
    ["no JSON", { category: "kube-audit", properties: { log: "{" } }],
    ["text of something else", { category: "kube-audit", properties: { log: '{"level":"info"}' } }],
    ["another service", { protoPayload: { serviceName: "storage.googleapis.com", methodName: "storage.objects.get" } }],
    ["a method without a version", gke("io.k8s.get", "x")],
    ["a method that is no text", gke(7, "x")],
    ["a version and nothing else", gke("io.k8s.core.v1", "x")],
    ["a version first", gke("v1.pods.get", "x")],
  ])("is not: %s", (_name, raw) => {
    expect(kubernetesOfCloud(raw, [])).toBeUndefined();
  });
});
