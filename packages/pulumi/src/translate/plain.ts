import type { Unwrap } from "@pulumi/pulumi";

/** The arguments of a resource without outputs, as a translator returns them. */
export type Plain<Args> = { readonly [Key in keyof Args]: Unwrap<Args[Key]> };
