import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { UserError } from "@spot-messaging/topology";
import { ComponentPlugin } from "../plugin/componentPlugin.ts";

// Pulumi's language host runs this file as a plugin; a program does not import it.
process.on("unhandledRejection", (error) => {
    if (error instanceof UserError) {
        // The host prints the stack of what no component caught.
        error.stack = error.message;
    }
});

const { version } = createRequire(import.meta.url)("@spot-messaging/pulumi/package.json") as {
    readonly version: string;
}; // npm's format

void pulumi.provider.main(new ComponentPlugin(version), process.argv.slice(2));
