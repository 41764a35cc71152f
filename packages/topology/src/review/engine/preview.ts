import type { EngineStep } from "./step.ts";

/** What the engine's preview says, in whichever of its two formats it was told; without secrets. */
export interface Preview {
    readonly format: "digest" | "events";
    readonly steps: readonly EngineStep[];
    readonly diagnostics: readonly Diagnostic[];
    /** Only the event stream tells them; the digest leaves them out. */
    readonly policies: readonly PolicyResult[];
    readonly result: "succeeded" | "failed";
    /** Lines that other programs wrote in between. */
    readonly skippedLines: number;
    /** What keeps it from being whole, in a sentence. @default - nothing */
    readonly defect?: string;
}

/** A message of the engine or of a provider. */
export interface Diagnostic {
    readonly severity: "error" | "warning";
    readonly text: string;
    /** The resource that it is about, by its name in the program. */
    readonly resource?: string;
}

/** A policy of a policy pack that a resource violates. */
export interface PolicyResult {
    readonly policy: string;
    readonly pack: string;
    /** Whether the engine refuses to apply it. */
    readonly isMandatory: boolean;
    readonly text: string;
    readonly resource?: string;
}
