import { PolicyPack } from "@pulumi/policy";
import { topologyPolicies } from "../policies.ts";

new PolicyPack("spot-messaging", { policies: topologyPolicies() });
