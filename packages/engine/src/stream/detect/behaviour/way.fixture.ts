/** A hash for tests: quick, and the same on every run. */
import { type Sha256, sha256Of } from "@cordon/model/ids";

export function hashText(text: string): Sha256 {
  let a = 0x811c9dc5;
  let b = 0x1234567;
  for (let i = 0; i < text.length; i += 1) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193) >>> 0;
    b = Math.imul(b ^ text.charCodeAt(i), 0x85ebca6b) >>> 0;
  }
  return sha256Of(a.toString(16).padStart(8, "0").repeat(2) + b.toString(16).padStart(8, "0").repeat(6));
}
