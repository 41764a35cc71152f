import fc from "fast-check";

/**
 * Random tests draw the same inputs in every run, so that a change is judged by what it changes. `SPOT_SEED=<number>` draws others; a failure
 * prints the seed that repeats it.
 */
export const seed = Number(process.env["SPOT_SEED"] ?? 20_261_124);

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
