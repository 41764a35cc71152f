import { defineConfig } from "@spot-messaging/cli";
import { sampleTopology } from "../../../../tests/support/sampleTopology.ts";

/** A program that declares the sample platform. */
export default defineConfig({ stacks: ["dev"], topologyOf: () => sampleTopology("4.3") });
