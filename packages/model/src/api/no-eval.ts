/** For places where a content security policy forbids code from strings (the console): zod then checks without compiling. */
import { z } from "zod";

/** Call once, before the first shape is made: shapes remember the answer. */
export function validateWithoutEval(): void {
  z.config({ jitless: true });
}
