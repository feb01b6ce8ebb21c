/** Field views of a mapping: one per shape and layout, with aliases as absolute paths. */
import type { MappingDerived, MappingFile } from "@cordon/model/mapping-file";
import type { DerivedField, FieldView } from "@cordon/model/view";
import { shapeKeys } from "./shape-keys.ts";
import { WINDOWS_ALIAS, WINDOWS_ROOTS, type WindowsLayout } from "./windows.ts";
import { foreignAlias } from "./windows-foreign.ts";

type Path = readonly string[];
type ViewPart = NonNullable<MappingFile["view"]>;

const LAYOUTS: readonly WindowsLayout[] = ["nested", "open", "winlogbeat", "wazuh"];

export function compileViews(file: MappingFile): readonly FieldView[] {
  const names = [undefined, ...(file.shapes ?? []).map((shape) => shape.name), ...Object.values(file.services ?? {})];
  return names.flatMap((name) => {
    const keys = shapeKeys(file.id, name);
    const own = file.shapes?.find((shape) => shape.name === name)?.view;
    const parts = [own, file.view].filter((part) => part !== undefined);
    if (!("windows" in file.detect)) {
      const roots = (own?.roots ?? file.view?.roots ?? ["."]).map(rootPath);
      return [makeView(keys.plain, roots, parts)];
    }
    return LAYOUTS.map((layout) => {
      const view = makeView(keys[layout], WINDOWS_ROOTS[layout], parts);
      const merged = { ...WINDOWS_ALIAS[layout], ...view.alias };
      const whole = { ...view, alias: withForeign(merged, foreignAlias(file.id, layout)) };
      return layout === "wazuh" ? inWazuhCase(whole) : whole;
    });
  });
}

/** Foreign names come after the mapping's own. */
function withForeign(own: FieldView["alias"], foreign: FieldView["alias"]): FieldView["alias"] {
  const added = Object.entries(foreign).map(([name, paths]) => [name, [...(own[name] ?? []), ...paths]] as const);
  return { ...own, ...Object.fromEntries(added) };
}

/** Wazuh writes the first letter of every name small, and aliases are looked up as they are written. */
function inWazuhCase(view: FieldView): FieldView {
  const small = (name: string): string => `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  const last = (path: Path): Path => [...path.slice(0, -1), small(path.at(-1) ?? "")];
  const alias = Object.entries(view.alias).map(([name, paths]) => [name, paths.flatMap((path) => [path, last(path)])]);
  const derived = Object.entries(view.derived).map(([name, field]) => [name, smallDerived(field, last)]);
  return { ...view, alias: Object.fromEntries(alias), derived: Object.fromEntries(derived) };
}

function smallDerived(field: DerivedField, last: (path: Path) => Path): DerivedField {
  switch (field.kind) {
    case "constant":
      return field;
    case "join":
      return { ...field, from: field.from.map(last) };
    case "hash-part":
    case "lookup":
      return { ...field, from: last(field.from) };
  }
}

/** `.` is the record itself. */
export function rootPath(name: string): Path {
  return name === "." ? [] : name.split(".");
}

/** Parts of the shape come before those of the file. */
function makeView(id: string, roots: readonly Path[], parts: readonly ViewPart[]): FieldView {
  const alias: Record<string, readonly Path[]> = {};
  const derived: Record<string, DerivedField> = {};
  for (const part of parts) {
    for (const [name, target] of Object.entries(part.alias ?? {})) {
      const targets = typeof target === "string" ? [target] : target;
      alias[name] ??= targets.flatMap((path) => absolute(roots, path));
    }
    for (const [name, spec] of Object.entries(part.derived ?? {})) derived[name] ??= derivedField(spec);
  }
  return { id, roots, alias, derived };
}

/** A dotted target may be one literal key (Zeek's `id.orig_h`) or a path: both are offered, the literal first. */
function absolute(roots: readonly Path[], target: string): readonly Path[] {
  const forms = target.includes(".") ? [[target], target.split(".")] : [[target]];
  return roots.filter((root) => !root.includes("*")).flatMap((root) => forms.map((form) => [...root, ...form]));
}

function derivedField(spec: MappingDerived): DerivedField {
  if ("hash_part" in spec) return { kind: "hash-part", from: spec.of.split("."), label: spec.hash_part };
  if ("constant" in spec) return { kind: "constant", value: spec.constant };
  if ("join" in spec) return { kind: "join", from: spec.join.map((name) => name.split(".")), with: spec.with };
  return { kind: "lookup", from: spec.lookup.split("."), values: spec.values };
}
