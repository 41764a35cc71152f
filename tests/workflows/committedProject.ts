import { afterAll, beforeAll } from "vitest";
import { type Checkout, checkout } from "./runner.ts";

/** A checkout with one commit, for all tests of a file. */
export interface CommittedProject {
    readonly project: Checkout;
    /** The commit. */
    readonly base: string;
}

/** Makes the checkout before the tests around it, and removes it after them. */
export function committedProject(): () => CommittedProject {
    let made: CommittedProject | undefined;
    beforeAll(async () => {
        const project = await checkout();
        made = { project, base: await project.commit() };
    }, 120_000);
    afterAll(async () => {
        await made?.project.remove();
    });
    return () => {
        if (made === undefined) {
            throw new Error("the project is not there before the first test");
        }
        return made;
    };
}
