import type { Site } from "../support/site.ts";

/** Something that goes wrong, and how it ends. */
export interface Disturbance {
    readonly name: string;
    /** The alerts that must be active, and resolve soon after the end. */
    readonly alerts: readonly string[];
    /** Alerts about what happened within a window: they resolve only when it is over. */
    readonly windowed: readonly string[];
    /** E-mails a second meanwhile. @default 0 */
    readonly rate?: number;
    /** Begins it. Between its steps, `active` waits until alerts are active. */
    readonly begin: (site: Site, active: (...names: readonly string[]) => Promise<void>) => Promise<void>;
    /** Ends it, whatever `begin` reached. */
    readonly end: (site: Site) => Promise<void>;
}
