import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { UserError } from "@spot-messaging/topology";
import { ComponentPlugin } from "../plugin/componentPlugin.ts";

// Pulumi's language host runs this file as a plugin; do not import it in a program.
process.on("unhandledRejection", (error) => {
    if (error instanceof UserError) {
        // The host prints a stack trace for every uncaught error.
        error.stack = error.message;
    }
});

const { version } = createRequire(import.meta.url)("@spot-messaging/pulumi/package.json") as {
    readonly version: string;
}; // The format of npm.

void pulumi.provider.main(new ComponentPlugin(version), process.argv.slice(2));
