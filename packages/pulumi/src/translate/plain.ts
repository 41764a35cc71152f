import type { Unwrap } from "@pulumi/pulumi";

/** A resource's arguments with every input known: what a translator returns. */
export type Plain<Args> = { readonly [Key in keyof Args]: Unwrap<Args[Key]> };
