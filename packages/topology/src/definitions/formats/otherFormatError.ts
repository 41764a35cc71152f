import type { OtherFormat } from "./otherText.ts";

/** An input is something else than definitions, or several definitions. */
export class OtherFormatError extends Error {
    override readonly name = "OtherFormatError";
}

/** The error for an input that has another format. */
export function otherFormatError({ what, wayOut }: OtherFormat): OtherFormatError {
    return new OtherFormatError(`is ${what}, not definitions; ${wayOut}`);
}
