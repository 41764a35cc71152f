import { PolicyPack } from "@pulumi/policy";
import { topologyPolicies } from "./policies.js";

new PolicyPack("spot-messaging", { policies: topologyPolicies() });
