import { defineConfig } from "@spot-messaging/cli";
import { topology } from "./topology.ts";

export default defineConfig({ stacks: ["dev"], topologyOf: () => topology });
