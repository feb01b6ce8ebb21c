/** `Event.shape` of a shape in each layout: `<id>` or `<id>/<name>`, with `@<layout>` where it is not the usual one. */
import type { WindowsLayout } from "./windows.ts";

export type ShapeKeys = Readonly<Record<WindowsLayout | "plain", string>>;

export function shapeKeys(id: string, name: string | undefined): ShapeKeys {
  const key = name === undefined ? id : `${id}/${name}`;
  return { plain: key, nested: key, open: `${key}@open`, winlogbeat: `${key}@winlogbeat`, wazuh: `${key}@wazuh` };
}
