import type { EngineStep } from "./step.ts";

/** The engine's preview, read from one of its two formats, without secrets. */
export interface Preview {
    readonly format: "digest" | "events";
    readonly steps: readonly EngineStep[];
    readonly diagnostics: readonly Diagnostic[];
    /** Empty for a digest: only the event stream contains policy violations. */
    readonly policies: readonly PolicyResult[];
    readonly result: "succeeded" | "failed";
    /** How many lines of other programs were skipped. */
    readonly skippedLines: number;
    /** Why the preview is incomplete, in a sentence. @default - it is complete */
    readonly defect?: string;
}

/** A message of the engine or of a provider. */
export interface Diagnostic {
    readonly severity: "error" | "warning";
    readonly text: string;
    /** The logical name of the resource. */
    readonly resource?: string;
}

/** A policy of a policy pack that a resource violates. */
export interface PolicyResult {
    readonly policy: string;
    readonly pack: string;
    /** Whether the engine refuses the update. */
    readonly isMandatory: boolean;
    readonly text: string;
    readonly resource?: string;
}
