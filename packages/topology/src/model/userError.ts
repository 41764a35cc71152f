/** A problem that a person can mend. Its message says where, what and how; its stack would only be in the way. */
export class UserError extends Error {
    override readonly name: string = "UserError";
}

/** Wrong usage or unreadable input: nothing was begun. */
export class UsageError extends UserError {
    override readonly name: string = "UsageError";
}
