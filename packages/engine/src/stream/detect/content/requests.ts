/**
 * Web requests -> findings: which part is an attack, of which kind, and what the server's answer says about it.
 *
 * CR1. Raised only where the model is sure (`SURE`) and grammar names a sign of that very kind: letters alone never raise.
 * CR2. The same client with the same kind against the same address is said once an hour; the rest is counted.
 * CR3. The answer moves the severity: refused -> low; accepted -> medium; accepted with an answer far larger than this
 *      path's usual, or an error of the server after injected SQL -> high.
 */

import type { Level } from "@cordon/model/rule";
import { HOUR } from "@cordon/model/time";
import type { Heads } from "../../../learning/heads/heads.ts";
import { judgePayload, reasonsOf, type WebReason, type WebVerdict } from "../../../learning/web/web-model.ts";
import { type Bounded, makeBounded } from "./bounded.ts";
import type { Part, Request } from "./sent.ts";

const SURE = 0.8;
const REST_MS = HOUR;
/** Clients and paths remembered; the longest unused leave. */
const CLIENTS_MAX = 20_000;
const PATHS_MAX = 5_000;
/** An answer this many times the usual one, and at least this large, gave more than it should. */
const LARGER = 4;
const LARGE_MIN = 2_000;
const USUAL_MIN = 5;

export interface RequestFinding {
  readonly attack: string;
  readonly part: Part;
  readonly verdict: WebVerdict;
  readonly reasons: readonly WebReason[];
  readonly level: Level;
  readonly answer: string;
  /** Of this client and kind since it was last said. */
  readonly repeats: number;
}

interface Usual {
  n: number;
  mean: number;
}
interface Said {
  at: number;
  repeats: number;
}
export interface RequestState {
  readonly said: readonly (readonly [string, Said])[];
  readonly usual: readonly (readonly [string, Usual])[];
}

export class Requests {
  #model: Heads | undefined;
  readonly #said: Bounded<Said> = makeBounded(CLIENTS_MAX);
  readonly #usual: Bounded<Usual> = makeBounded(PATHS_MAX);

  constructor(model: Heads | undefined) {
    this.#model = model;
  }

  /** Without one nothing is judged; what is remembered stays. */
  use(model: Heads | undefined): void {
    this.#model = model;
  }

  see(request: Request, client: string, time: number): RequestFinding | undefined {
    const model = this.#model;
    if (model === undefined) return undefined;
    const worst = this.#worst(request, model);
    if (worst === undefined) {
      this.#learn(request);
      return undefined;
    }
    const key = `${client} ${worst.verdict.kind}`;
    const said = this.#said.get(key);
    if (said !== undefined && Math.abs(time - said.at) < REST_MS) {
      said.repeats += 1;
      return undefined;
    }
    this.#said.set(key, { at: time, repeats: 0 });
    const { level, answer } = this.#answered(request, worst.verdict.kind);
    return {
      ...{ attack: worst.verdict.kind, part: worst.part, verdict: worst.verdict, level, answer },
      reasons: reasonsOf(model, worst.verdict),
      repeats: said?.repeats ?? 0,
    };
  }

  #worst({ parts }: Request, model: Heads): { part: Part; verdict: WebVerdict } | undefined {
    let worst: { part: Part; verdict: WebVerdict } | undefined;
    for (const part of parts) {
      if (part.text.length < 3) continue;
      const verdict = judgePayload(model, part.text);
      const named = verdict.p >= SURE && verdict.read.signs.some(({ name }) => name.startsWith(`${verdict.kind}.`));
      if (named && verdict.p > (worst?.verdict.p ?? 0)) worst = { part, verdict };
    }
    return worst;
  }

  /** Only from requests that nothing was found in. */
  #learn({ path, bytes, status }: Request): void {
    if (bytes === undefined || status === undefined || status >= 400) return;
    const usual = this.#usual.get(path);
    if (usual === undefined) this.#usual.set(path, { n: 1, mean: bytes });
    else {
      usual.n += 1;
      usual.mean += (bytes - usual.mean) / Math.min(usual.n, 100);
    }
  }

  #answered({ path, status, bytes }: Request, kind: string): { level: Level; answer: string } {
    if (status === undefined) return { level: "medium", answer: "the answer is not known" };
    if (status >= 500) return { level: kind === "sqli" ? "high" : "medium", answer: `the server failed (${status})` };
    if (status >= 400) return { level: "low", answer: `refused (${status})` };
    const usual = this.#usual.get(path);
    const large =
      usual !== undefined &&
      usual.n >= USUAL_MIN &&
      bytes !== undefined &&
      bytes >= LARGE_MIN &&
      bytes > LARGER * usual.mean;
    if (large)
      return {
        level: "high",
        answer: `accepted (${status}) with ${bytes} bytes where ${Math.round(usual.mean)} are usual`,
      };
    return { level: "medium", answer: `accepted (${status})` };
  }

  state(): RequestState {
    return { said: this.#said.entries(), usual: this.#usual.entries() };
  }

  restore({ said, usual }: RequestState): void {
    this.#said.fill(said.map(([key, one]) => [key, { ...one }] as const));
    this.#usual.fill(usual.map(([key, one]) => [key, { ...one }] as const));
  }
}
