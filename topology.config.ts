import { defineConfig } from "@spot-messaging/cli";
import { locateDeclarations } from "./src/cli/declarations/declarations.ts";
import { brokerOf, passwordsOf } from "./src/cli/runningStack.ts";
import { readEnvironment, stackNames } from "./src/cli/stackFile.ts";
import { deployedTopology } from "./src/topology/deployedTopology.ts";
import { buildTopology } from "./src/topology/index.ts";
import { componentName } from "./src/topology/names.ts";

/** What the command `topology` knows of spot. */
export default defineConfig({
    project: "spot-messaging",
    stacks: stackNames,
    topologyOf: async (stack) => {
        const environment = await readEnvironment(stack);
        return await deployedTopology(environment, buildTopology(environment));
    },
    component: { name: componentName },
    locate: locateDeclarations,
    brokerOf,
    passwordsOf,
});
