/** A problem that a user can fix. Its message names the place, the problem and the fix; it is shown without a stack trace. */
export class UserError extends Error {
    override readonly name: string = "UserError";
    /** Pulumi prints only the message of an error with this property, in programs and in components. */
    readonly __pulumiRunError = true;

    constructor(message: string, options?: ErrorOptions) {
        super(message, options);
        // Pulumi writes the name of each input that waits for the failed value before the message of the same error: a hundred names.
        Object.defineProperty(this, "message", { get: () => message, set: () => undefined });
    }

    /** Pulumi attaches the failed promise to the error and inspects both; with 200 resources, this took half a minute. */
    [Symbol.for("nodejs.util.inspect.custom")](): string {
        return this.message;
    }
}

/** Wrong usage or unreadable input; nothing was changed. */
export class UsageError extends UserError {
    override readonly name: string = "UsageError";
}
