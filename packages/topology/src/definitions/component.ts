import { z } from "zod";

/** The component `MessagingTopology` that declares a topology. */
export interface Component {
    /** Its first argument. */
    readonly name: string;
    /** Its former names, which the program gives it as aliases. */
    readonly aliases: readonly string[];
}

/** A component in a snapshot. */
export const componentSchema = z.strictObject({
    name: z.string().min(1),
    aliases: z.array(z.string().min(1)).default([]),
});

/** Whether a value is a component; the aliases may be missing. */
export function isComponent(value: unknown): boolean {
    return componentSchema.safeParse(value).success;
}
