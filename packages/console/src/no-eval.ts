/**
 * Imported first of all, for its effect: the wire shapes ask at the moment they are made whether code may be built from
 * strings, and under the page's policy that very question is a violation.
 */
import { validateWithoutEval } from "@cordon/model/api/no-eval";

validateWithoutEval();
