import { UserError } from "@spot-messaging/topology";

/** The host does not answer, or asks to wait longer than the timeout. The exit code is 3. */
export class HostUnreachable extends UserError {
    override readonly name = "HostUnreachable";
}

/**
 * Why a code host refused a request.
 *
 * - `forbidden`: the token is invalid or lacks the permission.
 * - `missing`: the repository or the pull request does not exist, or the token may not read it.
 * - `refused`: any other reason, such as an invalid text.
 */
export type Refusal = "forbidden" | "missing" | "refused";

/** The code host answered with an error. The message contains neither the token nor the text of the comment. */
export class HostRefused extends UserError {
    override readonly name = "HostRefused";
    readonly refusal: Refusal;

    constructor(refusal: Refusal, message: string) {
        super(message);
        this.refusal = refusal;
    }
}
