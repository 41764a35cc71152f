/** Why there is no answer: the broker refuses the pattern, or it has something that is not followed here. */
export class Unreadable extends Error {
    readonly fault: "refused" | "not followed";

    constructor(fault: "refused" | "not followed") {
        super(`the pattern is ${fault}`);
        this.fault = fault;
    }
}
