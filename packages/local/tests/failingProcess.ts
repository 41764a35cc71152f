import Docker from "dockerode";
import { Brokers } from "../src/brokers.ts";
import { executeRegistrations } from "../src/registrations.ts";
import { Thing } from "./localProgram.ts";

/** Run as a process of its own by localRunProcess.test.ts: a run that fails must leave a process that can end. */
const programs: Readonly<Record<string, () => Promise<unknown>>> = {
    "a handler that fails": () => {
        const first = new Thing("first");
        const second = new Thing("second", { from: first.made });
        return Promise.resolve({ made: second.made });
    },
    "an apply that throws": () => {
        const input = new Thing("fine").made.apply(() => {
            throw new Error("the apply failed");
        });
        return Promise.resolve({ made: new Thing("second", { input }).made });
    },
    "a program that throws": () => {
        new Thing("fine");
        return Promise.reject(new Error("the program failed"));
    },
};

const program = programs[process.argv[2] ?? ""];
if (program === undefined) {
    throw new Error("no such program");
}
try {
    await executeRegistrations({
        program,
        handlers: [
            {
                type: "test:index:Thing",
                noun: "thing",
                create: ({ name }) =>
                    name === "first"
                        ? Promise.reject(new Error("the handler failed"))
                        : Promise.resolve({ id: name, state: { made: name } }),
            },
        ],
        context: {
            project: "project",
            stack: "dev",
            config: {},
            docker: new Docker({ socketPath: "/nowhere" }),
            brokers: new Brokers(),
            labels: {},
        },
    });
} catch (error) {
    process.stdout.write(`${String(error)}\n`);
}
