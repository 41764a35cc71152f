import { runLocally } from "@spot-messaging/local";
import Docker from "dockerode";
import { brokerProgram } from "./localRunProgram.ts";

/** Run as a process of its own by localRun.test.ts, which kills it as soon as it prints. */
const [, , stack = "", config = "{}"] = process.argv;
await runLocally({
    project: "local-run-test",
    stack,
    config: JSON.parse(config) as Record<string, string>, // written by the test
    program: brokerProgram,
    docker: new Docker(),
    onEvent: ({ kind, name }) => {
        if (kind === "waiting" && name === "broker") {
            process.stdout.write("waiting\n");
        }
    },
});
