/** A problem that a person can mend. Its message says where, what and how; its stack would only be in the way. */
export class UserError extends Error {
    override readonly name: string = "UserError";
    /** By this Pulumi knows an error of which it prints the message alone, in a program as in a component. */
    readonly __pulumiRunError = true;

    /** Pulumi hangs the promise that failed onto the error and inspects both: with two hundred resources behind it, that took half a minute. */
    [Symbol.for("nodejs.util.inspect.custom")](): string {
        return this.message;
    }
}

/** Wrong usage or unreadable input: nothing was begun. */
export class UsageError extends UserError {
    override readonly name: string = "UsageError";
}
