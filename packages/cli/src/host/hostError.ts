import { UserError } from "@spot-messaging/topology";

/** Nothing answers, or the host asks for more patience than there is: the CLI's exit code 3. */
export class HostUnreachable extends UserError {
    override readonly name = "HostUnreachable";
}

/**
 * Why a code host says no.
 *
 * - `forbidden`: the token may not do this, or it is none.
 * - `missing`: the repository or the pull request is not there, or the token may not see it.
 * - `refused`: anything else, such as a text that it does not take.
 */
export type Refusal = "forbidden" | "missing" | "refused";

/** The code host answered with an error. The message holds no token, and never the text of the comment. */
export class HostRefused extends UserError {
    override readonly name = "HostRefused";
    readonly refusal: Refusal;

    constructor(refusal: Refusal, message: string) {
        super(message);
        this.refusal = refusal;
    }
}
