/** docs/configuration.md names every key of the schema with its default, nothing that does not exist, and its example loads. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { loadConfig, zConfig } from "../../packages/app/src/config.ts";
import { ROOT } from "../server.ts";

const text = readFileSync(join(ROOT, "docs/configuration.md"), "utf8");

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly default?: unknown;
  readonly const?: unknown;
}
interface Key {
  /** Heading under which the key stands. */
  readonly section: string;
  readonly key: string;
  readonly default: unknown;
}

/** Keys of maps are dotted; keys of list entries stand under the list, those of a union under their kind. */
function keysOf(schema: Schema, section: string, prefix = ""): Key[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const key = `${prefix}${name}`;
    const own: Key = { section, key, default: member.default };
    const variants = member.items?.oneOf ?? member.items?.anyOf;
    if (variants !== undefined)
      return [own, ...variants.flatMap((each) => keysOf(each, `kind: ${String(each.properties?.kind?.const)}`))];
    if (member.items?.properties !== undefined) return [own, ...keysOf(member.items, name)];
    return [own, ...keysOf(member, section, `${key}.`)];
  });
}

const schema = z.toJSONSchema(zConfig, { io: "input", unrepresentable: "any" }) as Schema;
const keys = keysOf(schema, "top");

/** Rows of the document by heading; keys of maps stand under the heading of their map, so these are looked up everywhere. */
function rowsOf(): { readonly section: string; readonly key: string; readonly row: string }[] {
  let section = "";
  return text.split("\n").flatMap((line) => {
    const heading = /^#{2,3} (.+)$/.exec(line)?.[1];
    if (heading !== undefined) section = heading.replaceAll("`", "");
    const key = /^\| `([\w.]+)` \|/.exec(line)?.[1];
    if (key === undefined || section === "Other environment variables") return [];
    return [
      {
        section: section.startsWith("kind: ") || ["assets", "feeds", "autoClose"].includes(section) ? section : "top",
        key,
        row: line,
      },
    ];
  });
}

describe("docs/configuration.md", () => {
  const rows = rowsOf();
  it.each(keys)("$section: $key is there with its default", ({ section, key, default: fallback }) => {
    const found = rows.filter((each) => each.section === section && each.key === key);
    expect(found).toHaveLength(1);
    if (fallback === null || typeof fallback === "object" || fallback === undefined) return;
    expect(found[0]?.row).toContain(`\`${String(fallback)}\``);
  });

  it("names no key that does not exist", () => {
    const known = new Set(keys.map(({ section, key }) => `${section} ${key}`));
    expect(rows.map(({ section, key }) => `${section} ${key}`).filter((each) => !known.has(each))).toEqual([]);
  });

  it("names every environment variable that is read, and no other", () => {
    const source = ["config.ts", "cli/client.ts"].map((file) =>
      readFileSync(join(ROOT, "packages/app/src", file), "utf8"),
    );
    const read = new Set([...source.join("\n").matchAll(/\bCORDON_[A-Z_]+/g)].map((match) => match[0]));
    read.delete("CORDON_FAILPOINT"); // for tests of crashes only
    const told = new Set([...text.matchAll(/`(CORDON_[A-Z_]+)`/g)].map((match) => match[1]));
    expect([...told].sort()).toEqual([...read].sort());
  });

  it("its example loads", () => {
    const folder = mkdtempSync(join(tmpdir(), "cordon-doc-"));
    const file = join(folder, "cordon.yml");
    writeFileSync(file, /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? "");
    process.env.CORDON_SMTP_PASSWORD = "only-for-the-example";
    const config = loadConfig({ config: file }, {});
    delete process.env.CORDON_SMTP_PASSWORD;
    rmSync(folder, { recursive: true });
    expect(config.sources).toHaveLength(2);
    expect(config.actuators.map((each) => each.kind)).toEqual(["nftables", "smtp"]);
    expect(config.assets[0]).toMatchObject({ match: "host:dc01", criticality: 4, protected: true });
  });
});
